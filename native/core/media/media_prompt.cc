#include "media/media_prompt.h"

#include <algorithm>
#include <cstdio>
#include <random>
#include <set>
#include <string_view>
#include <utility>

#include "json.h"

namespace abstractllm {
namespace {

// Joins what the template wrote in several steps: a placeholder may be among it in pieces.
std::vector<PromptPart> JoinNeighbours(const std::vector<PromptPart>& parts) {
  std::vector<PromptPart> joined;
  for (const PromptPart& part : parts) {
    const bool joins = !joined.empty() && !joined.back().from_input && !part.from_input &&
                       joined.back().media < 0 && part.media < 0;
    if (joins) {
      joined.back().text += part.text;
    } else {
      joined.push_back(part);
    }
  }
  return joined;
}

// The first of the placeholders in `text` from `at` on; the longest of those in one place.
std::pair<size_t, std::string_view> FindAny(std::string_view text, size_t at,
                                            const std::set<std::string>& placeholders) {
  std::pair<size_t, std::string_view> first = {std::string_view::npos, {}};
  for (const std::string& placeholder : placeholders) {
    const size_t found = text.find(placeholder, at);
    if (found > first.first) continue;
    if (found < first.first || placeholder.size() > first.second.size()) {
      first = {found, placeholder};
    }
  }
  return first;
}

// Texts that no message has: each is new.
std::vector<std::string> NewMarkers(size_t count) {
  std::random_device random;
  char secret[40];
  std::snprintf(secret, sizeof(secret), "[%08x%08x%08x%08x:", random(), random(), random(),
                random());
  std::vector<std::string> markers;
  for (size_t i = 0; i < count; ++i) markers.push_back(secret + std::to_string(i) + "]");
  return markers;
}

// The messages with string contents, their parts on lines of their own, and a marker for
// each that is no text.
std::string WithMarkers(const std::string& messages_json, const std::vector<std::string>& markers) {
  const common_json messages = common_json::parse(messages_json);
  common_json flat = common_json::array();
  size_t next = 0;
  for (const auto& message : messages) {
    common_json copy = message;
    if (message["content"].is_array()) {
      std::string content;
      for (const auto& part : message["content"]) {
        if (!content.empty()) content += "\n";
        const bool text = part["type"].get<std::string>() == "text";
        if (!text && next == markers.size()) return {};
        content += text ? part["text"].get<std::string>() : markers[next++];
      }
      copy["content"] = content;
    }
    flat.push_back(copy);
  }
  return next == markers.size() ? flat.dump() : std::string();
}

Status NoPlaces() {
  return Status::Error(Code::kInvalidRequest,
                       "The model's chat template has no places for these pictures or sounds: "
                       "give them in messages of the role user.");
}

// Collects tokens and runs; text waits until it is complete, as words may join across parts.
class Collector {
 public:
  Collector(const Tokenizer& tokenizer, bool add_special, const CancelToken* cancel)
      : tokenizer_(tokenizer), add_special_(add_special), cancel_(cancel) {}

  void AddText(PromptPart part) { text_.push_back(std::move(part)); }

  Status AddItem(const MediaItemPtr& item) {
    std::vector<int32_t> first_ids;
    int32_t id = item->ids->first;
    for (const MediaTile& tile : item->tiles) {
      first_ids.push_back(id);
      id += tile.tokens;
    }
    for (const LayoutPiece& piece : item->layout) {
      if (piece.tile < 0) {
        AddText({piece.text, /*from_input=*/false});
        continue;
      }
      if (Status status = Flush(); !status.ok()) return status;
      AddRun(item, piece.tile, first_ids[static_cast<size_t>(piece.tile)]);
    }
    return Status::Ok();
  }

  Result<MediaPrompt> Finish() {
    if (Status status = Flush(); !status.ok()) return status;
    return std::move(prompt_);
  }

 private:
  Status Flush() {
    const bool first = std::exchange(first_, false);
    if (text_.empty() && !(first && add_special_)) return Status::Ok();
    Result<std::vector<int32_t>> tokens =
        TokenizePrompt(tokenizer_, std::exchange(text_, {}), first && add_special_, cancel_);
    if (!tokens.ok()) return tokens.status();
    prompt_.tokens.insert(prompt_.tokens.end(), tokens.value().begin(), tokens.value().end());
    return Status::Ok();
  }

  void AddRun(const MediaItemPtr& item, int32_t tile, int32_t first_id) {
    const MediaTile& shape = item->tiles[static_cast<size_t>(tile)];
    MediaRun run;
    run.first = static_cast<int32_t>(prompt_.tokens.size());
    run.count = shape.tokens;
    run.columns = shape.columns;
    run.rows = shape.rows;
    run.ids = item->ids;
    run.item = item;
    run.tile = tile;
    for (int32_t i = 0; i < run.count; ++i) prompt_.tokens.push_back(first_id + i);
    prompt_.media.push_back(std::move(run));
  }

  const Tokenizer& tokenizer_;
  const bool add_special_;
  const CancelToken* cancel_;
  bool first_ = true;
  std::vector<PromptPart> text_;
  MediaPrompt prompt_;
};

}  // namespace

std::vector<std::string> TextsOf(const std::vector<MediaPlaceholder>& placeholders) {
  std::vector<std::string> texts;
  for (const MediaPlaceholder& placeholder : placeholders) texts.push_back(placeholder.text);
  return texts;
}

std::optional<std::vector<PromptPart>> PlaceMedia(const std::vector<PromptPart>& parts,
                                                  const std::vector<std::string>& placeholders,
                                                  WrittenBy by) {
  const std::set<std::string> all(placeholders.begin(), placeholders.end());
  std::vector<PromptPart> placed;
  size_t next = 0;
  for (PromptPart& part : JoinNeighbours(parts)) {
    if (part.from_input != (by == WrittenBy::kMessages)) {
      placed.push_back(std::move(part));
      continue;
    }
    const std::string_view text = part.text;
    size_t begin = 0;
    for (;;) {
      const auto [at, placeholder] = FindAny(text, begin, all);
      const std::string_view before = text.substr(begin, at == text.npos ? at : at - begin);
      if (!before.empty()) placed.push_back({std::string(before), part.from_input});
      if (at == text.npos) break;
      if (next == placeholders.size() || placeholder != placeholders[next]) return std::nullopt;
      placed.push_back({"", /*from_input=*/false, static_cast<int32_t>(next++)});
      begin = at + placeholder.size();
    }
  }
  if (next != placeholders.size()) return std::nullopt;
  return placed;
}

std::vector<PromptPart> SurroundMedia(const std::vector<PromptPart>& parts,
                                      const std::vector<MediaPlaceholder>& placeholders) {
  std::vector<PromptPart> surrounded;
  for (const PromptPart& part : parts) {
    if (part.media < 0) {
      surrounded.push_back(part);
      continue;
    }
    const MediaPlaceholder& placeholder = placeholders[static_cast<size_t>(part.media)];
    surrounded.push_back({placeholder.before, /*from_input=*/false});
    surrounded.push_back(part);
    surrounded.push_back({placeholder.after, /*from_input=*/false});
  }
  return surrounded;
}

Result<std::vector<PromptPart>> RenderMedia(const ChatTemplate& chat_template,
                                            const std::string& messages_json,
                                            const std::vector<MediaPlaceholder>& placeholders,
                                            bool drop_bos, const CancelToken* cancel) {
  if (chat_template.takes_parts()) {
    auto parts = chat_template.Render(messages_json, drop_bos, cancel);
    if (!parts.ok() && parts.status().code == Code::kAborted) return parts;
    if (parts.ok()) {
      auto placed = PlaceMedia(parts.value(), TextsOf(placeholders), WrittenBy::kTemplate);
      if (placed.has_value()) return std::move(*placed);
    }
  }
  // It may know parts, but none of this kind.
  const std::vector<std::string> markers = NewMarkers(placeholders.size());
  const std::string flat = WithMarkers(messages_json, markers);
  if (flat.empty()) return NoPlaces();
  auto parts = chat_template.Render(flat, drop_bos, cancel);
  if (!parts.ok()) return parts;
  const auto placed = PlaceMedia(parts.value(), markers, WrittenBy::kMessages);
  if (!placed.has_value()) return NoPlaces();
  return SurroundMedia(*placed, placeholders);
}

Result<MediaPrompt> TokenizeMediaPrompt(const Tokenizer& tokenizer,
                                        const std::vector<PromptPart>& parts,
                                        const std::vector<MediaItemPtr>& items, bool add_special,
                                        const CancelToken* cancel) {
  Collector collector(tokenizer, add_special, cancel);
  for (const PromptPart& part : parts) {
    if (part.media < 0) {
      collector.AddText(part);
      continue;
    }
    const Status status = collector.AddItem(items[static_cast<size_t>(part.media)]);
    if (!status.ok()) return status;
  }
  return collector.Finish();
}

}  // namespace abstractllm
