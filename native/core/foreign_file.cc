#include "foreign_file.h"

#include <algorithm>
#include <cctype>
#include <cstdio>

namespace abstractllm {
namespace {

constexpr char kNameFolder[] =
    "Name the folder that it is in, as save_pretrained wrote it, instead of the file.";
constexpr char kConvert[] =
    "Convert the checkpoint to GGUF (llama.cpp's convert_hf_to_gguf.py), or use its GGUF edition.";
constexpr char kDownloadAgain[] = "Download the model file again, from its direct link.";
constexpr char kUnpack[] = "Unpack it and name the .gguf file inside.";

bool StartsWith(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

// The first bytes as text, lower case, without a byte order mark and white space.
std::string TextHead(std::string_view head) {
  if (StartsWith(head, "\xEF\xBB\xBF")) head.remove_prefix(3);
  while (!head.empty() && std::isspace(static_cast<unsigned char>(head.front()))) {
    head.remove_prefix(1);
  }
  std::string text(head.substr(0, 64));
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool IsSafetensors(std::string_view head, uint64_t size) {
  if (head.size() < 9 || head[8] != '{') return false;
  uint64_t header_bytes = 0;
  for (int i = 7; i >= 0; --i) {
    header_bytes = header_bytes << 8 | static_cast<unsigned char>(head[static_cast<size_t>(i)]);
  }
  return header_bytes >= 2 && header_bytes <= size - 8;
}

std::string HexHead(std::string_view head) {
  std::string text;
  for (const char c : head.substr(0, 4)) {
    char digits[4];
    std::snprintf(digits, sizeof digits, "%s%02x", text.empty() ? "" : " ",
                  static_cast<unsigned>(static_cast<unsigned char>(c)));
    text += digits;
  }
  return text;
}

}  // namespace

ForeignFile RecognizeForeign(std::string_view head, uint64_t size) {
  if (IsSafetensors(head, size)) {
    return {"it looks like the weights of a Hugging Face checkpoint (safetensors)", kNameFolder};
  }
  if (StartsWith(head, "PK\x03\x04")) {
    return {"it looks like a PyTorch checkpoint or another zip archive", kConvert};
  }
  if (head.size() >= 2 && head[0] == '\x80' && head[1] >= 2 && head[1] <= 5) {
    return {"it looks like a Python pickle (an old PyTorch checkpoint)", kConvert};
  }
  if (StartsWith(head, "\x89HDF")) return {"it looks like an HDF5 (Keras) checkpoint", kConvert};
  if (StartsWith(head, "version https://git-lfs")) {
    return {"it is a Git LFS pointer, not the model itself",
            "Run `git lfs pull` in its repository."};
  }
  // Written as little-endian numbers, hence backwards.
  for (const char* magic : {"lmgg", "fmgg", "tjgg", "algg"}) {
    if (!StartsWith(head, magic)) continue;
    return {"it is in a GGML format from before GGUF (August 2023)",
            "Convert it with llama.cpp's convert_llama_ggml_to_gguf.py, or use a GGUF edition."};
  }
  if (StartsWith(head, "\x1f\x8b") || StartsWith(head, "\x28\xb5\x2f\xfd") ||
      StartsWith(head,
                 "\xfd"
                 "7zXZ") ||
      StartsWith(head, "7z\xbc\xaf") || StartsWith(head, "BZh")) {
    return {"it is a compressed archive", kUnpack};
  }
  const std::string text = TextHead(head);
  if (StartsWith(text, "<!doctype html") || StartsWith(text, "<html")) {
    return {"it is a web page; a login or error page was saved in place of the model",
            kDownloadAgain};
  }
  if (StartsWith(text, "<?xml")) {
    return {"it is an XML document, which is how some servers report errors", kDownloadAgain};
  }
  if (StartsWith(text, "{")) {
    return {"it is a JSON text, a configuration or a server's error message", kDownloadAgain};
  }
  if (std::all_of(head.begin(), head.end(), [](char c) { return c == '\0'; })) {
    return {"it begins with zeros only, as a download does that never finished", kDownloadAgain};
  }
  return {"it starts with the bytes " + HexHead(head) + " instead of \"GGUF\"",
          "Check that this is the model's .gguf file."};
}

}  // namespace abstractllm
