#include <string>

#include "check.h"
#include "failing_new.h"
#include "image_builder.h"
#include "media/exif_orientation.h"
#include "media/image_file.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

Result<Image> Decode(const std::string& file, const ImageLimits& limits = {}) {
  return DecodeImageFile(BytesOf(file), limits, nullptr);
}

// The reason in a refusal; empty if it was read, or failed otherwise.
std::string Reason(const std::string& file) {
  const Result<Image> image = Decode(file);
  if (image.ok() || image.status().code != Code::kMedia) return "";
  for (const auto& [name, value] : image.status().details) {
    if (name == "reason") return std::get<std::string>(value);
  }
  return image.status().message;
}

// Red channels, row by row.
std::string Reds(const Image& image) {
  std::string text;
  for (int32_t y = 0; y < image.height; ++y) {
    if (y > 0) text += '/';
    for (int32_t x = 0; x < image.width; ++x) {
      text += static_cast<char>(image.Row(y)[size_t{3} * static_cast<size_t>(x)]);
    }
  }
  return text;
}

int32_t OrientationOf(const std::string& exif) { return ExifOrientation(BytesOf(exif)); }

}  // namespace

TEST("media_image_file: PNG and BMP come back as they were") {
  for (const Image& picture : {NoisePicture(1, 1), NoisePicture(7, 5), NoisePicture(64, 3)}) {
    for (const std::string& file : {PngOf(picture), BmpOf(picture)}) {
      const Result<Image> image = Decode(file);
      REQUIRE(image.ok());
      CHECK_EQ(image.value().width, picture.width);
      CHECK_EQ(image.value().height, picture.height);
      CHECK(image.value().rgb == picture.rgb);
    }
  }
}

TEST("media_image_file: what is transparent is white") {
  // Two pixels: red and clear.
  const std::string row("\0\xFF\0\0\xFF\x10\x20\x30\0", 9);
  const std::string stream = "\x78\x01\x01" + std::string("\x09\0\xF6\xFF", 4) + row + "1234";
  const Result<Image> image = Decode(PngFile(PngHeader(2, 1, 8, 6), stream));
  REQUIRE(image.ok());
  CHECK(image.value().rgb == (std::vector<uint8_t>{255, 0, 0, 255, 255, 255}));
  const Result<Image> empty = Decode(GifOf(3, 2));
  REQUIRE(empty.ok());
  CHECK_EQ(empty.value().rgb.size(), 18u);
}

TEST("media_image_file: orientations turn the picture upright") {
  Image image = Image::Blank(3, 2);
  for (size_t i = 0; i < 6; ++i) image.rgb[i * 3] = static_cast<uint8_t>("abcdef"[i]);
  const char* const expected[] = {"abc/def",  "abc/def",  "cba/fed",  "fed/cba", "def/abc",
                                  "ad/be/cf", "da/eb/fc", "fc/eb/da", "cf/be/ad"};
  for (int32_t orientation = 0; orientation <= 8; ++orientation) {
    CHECK_EQ(Reds(TurnUpright(image, orientation)), expected[orientation]);
  }
  CHECK_EQ(Reds(TurnUpright(image, 9)), "abc/def");
}

TEST("media_image_file: an orientation is read from any EXIF that makes sense") {
  for (const bool little : {true, false}) {
    for (uint32_t value = 1; value <= 8; ++value) {
      CHECK_EQ(OrientationOf(ExifWith(0x0112, 3, 1, value, little)), static_cast<int32_t>(value));
      CHECK_EQ(OrientationOf(ExifWith(0x0112, 4, 1, value, little)), static_cast<int32_t>(value));
    }
    CHECK_EQ(OrientationOf(ExifWith(0x0112, 3, 1, 0, little)), 1);
    CHECK_EQ(OrientationOf(ExifWith(0x0112, 3, 1, 9, little)), 1);
    CHECK_EQ(OrientationOf(ExifWith(0x0112, 3, 2, 6, little)), 1);
    CHECK_EQ(OrientationOf(ExifWith(0x0112, 2, 1, 6, little)), 1);
    CHECK_EQ(OrientationOf(ExifWith(0x0111, 3, 1, 6, little)), 1);
  }
  const std::string file = JpegHeader(5, 4, ExifWith(0x0112, 3, 1, 6, true));
  const Result<ImageHeader> header = ReadImageHeader(BytesOf(file));
  REQUIRE(header.ok());
  CHECK_EQ(header.value().orientation, 6);
  CHECK_EQ(header.value().width, 5);
  CHECK_EQ(header.value().height, 4);
}

TEST("media_image_file: hostile EXIF is upright") {
  const std::string good = ExifWith(0x0112, 3, 1, 6, true);
  for (size_t size = 0; size < good.size() - 4; ++size) {
    const int32_t orientation = OrientationOf(good.substr(0, size));
    CHECK(orientation == 1 || size >= 22);
  }
  std::string far = good;
  far.replace(4, 4, "\xFF\xFF\xFF\xFF");
  CHECK_EQ(OrientationOf(far), 1);
  std::string self = good;
  self.replace(4, 4, std::string(4, '\0'));
  CHECK_EQ(OrientationOf(self), 1);
  std::string many = ExifWith(0x0111, 3, 1, 6, true);
  many.replace(8, 2, "\xFF\xFF");
  CHECK_EQ(OrientationOf(many), 1);
}

TEST("media_image_file: limits count before anything is decoded") {
  ImageLimits limits;
  limits.max_pixels = 100;
  const Result<Image> image = Decode(PngFile(PngHeader(101, 1), "nothing"), limits);
  REQUIRE(!image.ok());
  CHECK(image.status().code == Code::kMedia);
  CHECK(image.status().message.find("at most 100") != std::string::npos);
  limits.max_pixels = 1000;
  limits.max_side = 100;
  CHECK(Decode(PngOf(NoisePicture(100, 2)), limits).ok());
  CHECK(!Decode(PngOf(NoisePicture(101, 2)), limits).ok());
  CHECK(!Decode(GifOf(65535, 65535)).ok());
  CHECK(!Decode(JpegHeader(65535, 65535)).ok());
}

TEST("media_image_file: a stream longer than the picture takes no memory") {
  const std::string bomb = PngFile(PngHeader(8, 8), ZlibOfZeros(size_t{256} << 20));
  CHECK(bomb.size() < (size_t{2} << 20));
  CHECK(Reason(bomb).find("damaged") != std::string::npos);
}

TEST("media_image_file: each reason of a refusal is named") {
  const std::string png = PngOf(NoisePicture(4, 4));
  CHECK_EQ(Reason(""), "empty");
  CHECK_EQ(Reason("GIF90a"), "of another format");
  CHECK_EQ(Reason(png.substr(0, png.size() - 1)), "it ends before the picture does");
  CHECK_EQ(Reason(PngFile(PngHeader(0, 4), "")), "it has no size");
  CHECK_EQ(Reason(PngFile(PngHeader(0x80000000u, 1), "")), "its size makes no sense");
  CHECK_EQ(Reason("\x89PNG\r\n\x1A\n" + PngHeader(4, 4) + PngChunk("IEND", "")),
           "it has no picture in it");
  CHECK_EQ(Reason("\x89PNG\r\n\x1A\n" + PngChunk("IDAT", "")), "it does not begin as a PNG");
  CHECK_EQ(Reason(JpegHeader(8, 8, "", 0xC9)), "it is arithmetically coded");
  CHECK_EQ(Reason(JpegHeader(8, 8, "", 0xC3)), "it is lossless JPEG");
  CHECK_EQ(Reason(JpegHeader(8, 0)), "it has no size");
  CHECK_EQ(Reason(JpegHeader(8, 8)), "it ends before the picture does");
  CHECK_EQ(Reason(JpegHeader(8, 8) + "\xFF\xD9"), "it has no picture in it");
  CHECK_EQ(Reason(JpegHeader(8, 8) + JpegHeader(8, 8).substr(2)), "it has several frames");
  CHECK_EQ(Reason(std::string("\xFF\xD8\xFF\xE0\0\0", 6)), "a segment has no length");
  CHECK_EQ(Reason(GifOf(0, 4)), "it has no size");
  std::string bmp = BmpOf(NoisePicture(4, 4));
  CHECK_EQ(Reason(bmp.substr(0, bmp.size() - 1)), "it ends before the picture does");
  bmp[30] = 1;
  CHECK_EQ(Reason(bmp), "it is run-length encoded");
}

TEST("media_image_file: a cancelled picture is not decoded") {
  CancelToken cancel;
  cancel.Cancel();
  const Result<Image> image = DecodeImageFile(BytesOf(PngOf(NoisePicture(4, 4))), {}, &cancel);
  REQUIRE(!image.ok());
  CHECK(image.status().code == Code::kAborted);
}

TEST("media_image_file: without memory, it fails as that") {
  const std::string file = PngOf(NoisePicture(9, 7));
  for (int64_t count = 0;; ++count) {
    const FailingNew failing(count);
    const Result<Image> image = Decode(file);
    if (!failing.failed()) {
      CHECK(image.ok());
      CHECK(count > 0);
      break;
    }
    REQUIRE(!image.ok());
    CHECK(image.status().code == Code::kResource);
  }
}
