// Fuzzing of what reads pictures, in two forms from one file:
//  * with -fsanitize=fuzzer: coverage-guided. An input is a picture's file.
//  * with -DABSTRACTLLM_FUZZ_MAIN: a program that writes the corpus, and ends:
//      fuzz_image_corpus folder
//    The small pictures of test/fixtures/images/files are seeds as well.
#include <cstdint>

#include "media/image_file.h"

#ifndef ABSTRACTLLM_FUZZ_MAIN

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace abstractllm;  // NOLINT: the entry point is not ours to name
  const ByteSpan file(data, size);
  ImageLimits limits;
  limits.max_pixels = 1 << 20;  // what is larger only takes longer
  const Result<ImageHeader> header = ReadImageHeader(file);
  const Result<Image> image = DecodeImageFile(file, limits, nullptr);
  if (!image.ok()) {
    if (image.status().code != Code::kMedia) __builtin_trap();
    return 0;
  }
  // What the rest relies on.
  if (!header.ok()) __builtin_trap();
  const bool turned = header.value().orientation >= 5;
  const int32_t width = turned ? header.value().height : header.value().width;
  const int32_t height = turned ? header.value().width : header.value().height;
  if (image.value().width != width || image.value().height != height) __builtin_trap();
  if (image.value().rgb.size() != image.value().row_bytes() * static_cast<size_t>(height)) {
    __builtin_trap();
  }
  return 0;
}

#else

#include <cstdio>

#include "gguf_builder.h"
#include "image_builder.h"

using namespace abstractllm::test;  // NOLINT: a program of one function

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fprintf(stderr, "usage: fuzz_image_corpus FOLDER\n");
    return 2;
  }
  const std::string folder = argv[1];
  const bool ok =
      WriteBytes(folder + "/good.png", PngOf(NoisePicture(5, 4))) &&
      WriteBytes(folder + "/good.bmp", BmpOf(NoisePicture(5, 4))) &&
      WriteBytes(folder + "/good.gif", GifOf(5, 4)) &&
      WriteBytes(folder + "/bomb.png", PngFile(PngHeader(8, 8), ZlibOfZeros(1 << 20))) &&
      WriteBytes(folder + "/huge.png", PngFile(PngHeader(0x7FFFFFFF, 0x7FFFFFFF), "")) &&
      WriteBytes(folder + "/huge.gif", GifOf(65535, 65535)) &&
      WriteBytes(folder + "/frame.jpg", JpegHeader(8, 8, ExifWith(0x0112, 3, 1, 6, true)));
  return ok ? 0 : 1;
}

#endif
