#include "media/image_layout.h"

#include <string_view>

namespace abstractllm {
namespace {

class LayoutWriter {
 public:
  void Text(std::string_view text) {
    if (text.empty()) return;
    if (pieces_.empty() || pieces_.back().tile >= 0) pieces_.emplace_back();
    pieces_.back().text += text;
  }
  void Tile(const ImageAround& around, int32_t row = 0, int32_t column = 0) {
    Text(Numbered(around.before, row, column));
    pieces_.push_back({"", tiles_++});
    Text(Numbered(around.after, row, column));
  }
  std::vector<LayoutPiece> Take() { return std::move(pieces_); }

 private:
  static std::string Numbered(std::string text, int32_t row, int32_t column) {
    Replace(text, "{row}", row);
    Replace(text, "{column}", column);
    return text;
  }
  static void Replace(std::string& text, std::string_view name, int32_t number) {
    const std::string digits = std::to_string(number);
    for (size_t at = text.find(name); at != std::string::npos; at = text.find(name, at)) {
      text.replace(at, name.size(), digits);
    }
  }

  std::vector<LayoutPiece> pieces_;
  int32_t tiles_ = 0;
};

}  // namespace

std::vector<LayoutPiece> MakeImageLayout(const ImageLayout& layout, ImageSize grid, bool overview) {
  LayoutWriter writer;
  writer.Text(layout.picture.before);
  if (int64_t{grid.width} * grid.height <= 1) {
    writer.Tile(layout.single);
  } else {
    for (int32_t row = 1; row <= grid.height; ++row) {
      for (int32_t column = 1; column <= grid.width; ++column) {
        writer.Tile(layout.tile, row, column);
      }
      writer.Text(layout.row_end);
    }
    if (overview) writer.Tile(layout.overview);
  }
  writer.Text(layout.picture.after);
  return writer.Take();
}

}  // namespace abstractllm
