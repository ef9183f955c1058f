#include "image_builder.h"

#include <algorithm>

namespace abstractllm::test {
namespace {

std::string Big(uint64_t value, int bytes) {
  std::string text;
  for (int i = bytes - 1; i >= 0; --i) text += static_cast<char>(value >> (8 * i) & 0xFF);
  return text;
}

std::string Little(uint64_t value, int bytes) {
  std::string text = Big(value, bytes);
  std::reverse(text.begin(), text.end());
  return text;
}

uint32_t Crc(const std::string& text) {
  uint32_t crc = 0xFFFFFFFFu;
  for (const char c : text) {
    crc ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) {
      crc = (crc & 1) != 0 ? 0xEDB88320u ^ (crc >> 1) : crc >> 1;
    }
  }
  return ~crc;
}

class BitWriter {
 public:
  // The lowest bit first, as deflate has numbers.
  void Write(uint32_t value, int bits) {
    for (int i = 0; i < bits; ++i) Bit(value >> i & 1);
  }
  // The highest bit first, as deflate has codes.
  void WriteCode(uint32_t code, int bits) {
    for (int i = bits - 1; i >= 0; --i) Bit(code >> i & 1);
  }
  std::string Take() {
    while (count_ % 8 != 0) Bit(0);
    return std::move(bytes_);
  }

 private:
  void Bit(uint32_t bit) {
    if (count_++ % 8 == 0) bytes_ += '\0';
    bytes_.back() =
        static_cast<char>(static_cast<uint8_t>(bytes_.back()) | bit << (count_ - 1) % 8);
  }

  std::string bytes_;
  size_t count_ = 0;
};

}  // namespace

Image NoisePicture(int32_t width, int32_t height) {
  Image image = Image::Blank(width, height);
  uint32_t state = 1;
  for (uint8_t& byte : image.rgb) {
    state = state * 1664525u + 1013904223u;
    byte = static_cast<uint8_t>(state >> 24);
  }
  return image;
}

std::string PngChunk(const std::string& name, const std::string& data) {
  return Big(data.size(), 4) + name + data + Big(Crc(name + data), 4);
}

std::string PngHeader(uint32_t width, uint32_t height, uint8_t bits, uint8_t color) {
  return PngChunk("IHDR",
                  Big(width, 4) + Big(height, 4) + Big(bits, 1) + Big(color, 1) + Big(0, 3));
}

std::string PngFile(const std::string& header, const std::string& data) {
  return "\x89PNG\r\n\x1A\n" + header + PngChunk("IDAT", data) + PngChunk("IEND", "");
}

std::string PngOf(const Image& image) {
  std::string stream = "\x78\x01";
  for (int32_t y = 0; y < image.height; ++y) {
    const size_t length = image.row_bytes() + 1;
    stream +=
        Big(y + 1 == image.height ? 1 : 0, 1) + Little(length, 2) + Little(~length & 0xFFFF, 2);
    stream += '\0';
    stream.append(reinterpret_cast<const char*>(image.Row(y)), image.row_bytes());
  }
  // The decoder does not look at the stream's own checksum.
  return PngFile(PngHeader(static_cast<uint32_t>(image.width), static_cast<uint32_t>(image.height)),
                 stream + Big(0, 4));
}

std::string ZlibOfZeros(size_t inflated_bytes) {
  BitWriter bits;
  bits.Write(1, 1);         // the last block
  bits.Write(1, 2);         // with fixed codes
  bits.WriteCode(0x30, 8);  // a zero
  for (size_t i = 0; i < inflated_bytes / 258; ++i) {
    bits.WriteCode(0xC5, 8);  // again 258 bytes
    bits.WriteCode(0, 5);     // from one byte before
  }
  bits.WriteCode(0, 7);
  return "\x78\x01" + bits.Take() + Big(0, 4);
}

std::string BmpOf(const Image& image) {
  const size_t row = (image.row_bytes() + 3) / 4 * 4;
  const size_t bytes = row * static_cast<size_t>(image.height);
  std::string file = "BM" + Little(54 + bytes, 4) + Little(0, 4) + Little(54, 4) + Little(40, 4) +
                     Little(static_cast<uint32_t>(image.width), 4) +
                     Little(static_cast<uint32_t>(image.height), 4) + Little(1, 2) + Little(24, 2) +
                     Little(0, 4) + Little(bytes, 4) + Little(0, 16);
  for (int32_t y = image.height - 1; y >= 0; --y) {
    std::string line;
    for (int32_t x = 0; x < image.width; ++x) {
      const uint8_t* pixel = image.Row(y) + size_t{3} * static_cast<size_t>(x);
      for (int c = 2; c >= 0; --c) line += static_cast<char>(pixel[c]);
    }
    line.resize(row);
    file += line;
  }
  return file;
}

std::string GifOf(uint16_t width, uint16_t height) {
  const std::string size = Little(width, 2) + Little(height, 2);
  return "GIF89a" + size + std::string("\x80\0\0", 3) + std::string("\0\0\0\xFF\xFF\xFF", 6) +
         "\x2C" + Little(0, 4) + size + std::string("\0", 1) + "\x02" +
         std::string("\x02\x4C\x01\0\x3B", 5);
}

std::string ExifWith(uint16_t tag, uint16_t type, uint32_t count, uint32_t value,
                     bool little_endian) {
  const auto number = [&](uint64_t n, int bytes) {
    return little_endian ? Little(n, bytes) : Big(n, bytes);
  };
  const std::string field = type == 3 ? number(value, 2) + number(0, 2) : number(value, 4);
  return std::string(little_endian ? "II" : "MM") + number(42, 2) + number(8, 4) + number(1, 2) +
         number(tag, 2) + number(type, 2) + number(count, 4) + field + number(0, 4);
}

std::string JpegHeader(uint16_t width, uint16_t height, const std::string& exif, uint8_t frame) {
  std::string file = "\xFF\xD8";
  if (!exif.empty()) {
    const std::string data = std::string("Exif\0\0", 6) + exif;
    file += "\xFF\xE1" + Big(data.size() + 2, 2) + data;
  }
  return file + "\xFF" + Big(frame, 1) + Big(11, 2) + Big(8, 1) + Big(height, 2) + Big(width, 2) +
         std::string("\x01\x01\x11\0", 4);
}

}  // namespace abstractllm::test
