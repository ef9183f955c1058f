// Small pictures in files, whole or hostile.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "media/byte_span.h"
#include "media/image.h"

namespace abstractllm::test {

inline ByteSpan BytesOf(const std::string& file) { return {file.data(), file.size()}; }

// Bytes that depend on the place only.
Image NoisePicture(int32_t width, int32_t height);

// One PNG chunk with its length and checksum.
std::string PngChunk(const std::string& name, const std::string& data);
std::string PngHeader(uint32_t width, uint32_t height, uint8_t bits = 8, uint8_t color = 2);
// Signature, header, `data` as the compressed stream, end.
std::string PngFile(const std::string& header, const std::string& data);
// With its rows stored as they are.
std::string PngOf(const Image& image);
// A zlib stream of zeros, a hundred and fifty times as long when it is inflated.
std::string ZlibOfZeros(size_t inflated_bytes);

// 24 bits per pixel, rows from below.
std::string BmpOf(const Image& image);

// A screen of this size with an empty picture in it.
std::string GifOf(uint16_t width, uint16_t height);

// A TIFF header and one directory with one entry.
std::string ExifWith(uint16_t tag, uint16_t type, uint32_t count, uint32_t value,
                     bool little_endian);

// What a JPEG's header is: its signature, `exif` unless empty, and a frame. No picture.
std::string JpegHeader(uint16_t width, uint16_t height, const std::string& exif = "",
                       uint8_t frame = 0xC0);

}  // namespace abstractllm::test
