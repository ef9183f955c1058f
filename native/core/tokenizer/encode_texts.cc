#include "tokenizer/encode_texts.h"

#include <algorithm>
#include <new>

#include "checkpoint/worker_pool.h"
#include "compute_threads.h"
#include "memory_wait.h"
#include "tokenizer/utf16_places.h"
#include "utf8.h"

namespace abstractllm {
namespace {

// A thread is started in about the time in which another one tokenises as much.
constexpr size_t kBytesPerThread = size_t{64} << 10;

struct EncodedText {
  Status status;
  std::vector<int32_t> ids;
  std::vector<uint32_t> places;
};

// Throws nothing: the thread may be one of many.
void EncodeOne(const HfTokenizer& tokenizer, const EncodeTextsRequest& request,
               const CancelToken& cancel, const std::string& text, EncodedText* result) try {
  const EncodeOptions options = {request.add_special, request.parse_special, &cancel};
  Result<TokenizedText> encoded = tokenizer.EncodeText(text, options, request.with_places);
  if (!encoded.ok()) {
    result->status = encoded.status();
    return;
  }
  result->ids = std::move(encoded.value().ids);
  if (request.with_places) AppendUtf16Places(text, encoded.value().places, &result->places);
} catch (const std::bad_alloc&) {
  WhenMemoryAllows([&] {
    result->status =
        Status::Error(Code::kResource, "There is not enough memory for the tokens of a text.");
  });
}

Status OfText(Status status, size_t index, size_t count) {
  if (count > 1 && status.code != Code::kAborted) {
    status.message += " (It is text " + std::to_string(index) + ", counted from 0.)";
    status.details.push_back({"index", static_cast<int64_t>(index)});
  }
  return status;
}

}  // namespace

Result<EncodedTexts> EncodeTexts(const HfTokenizer& tokenizer, const EncodeTextsRequest& request,
                                 const CancelToken& cancel) {
  size_t bytes = 0;
  for (const std::string& text : request.texts) bytes += text.size();
  const size_t worth = std::min(request.texts.size(), bytes / kBytesPerThread + 1);
  WorkerPool pool(static_cast<int>(
      std::clamp<size_t>(worth, 1, static_cast<size_t>(std::max(UsableCores(), 1)))));
  std::vector<EncodedText> encoded(request.texts.size());
  pool.Run(
      encoded.size(),
      [&](size_t, size_t i) {
        EncodeOne(tokenizer, request, cancel, request.texts[i], &encoded[i]);
        return encoded[i].status.ok();
      },
      [] { return true; });
  EncodedTexts result;
  for (size_t i = 0; i < encoded.size(); ++i) {
    const EncodedText& text = encoded[i];
    if (!text.status.ok()) return OfText(text.status, i, encoded.size());
    result.ids.insert(result.ids.end(), text.ids.begin(), text.ids.end());
    result.counts.push_back(static_cast<uint32_t>(text.ids.size()));
    result.places.insert(result.places.end(), text.places.begin(), text.places.end());
  }
  return result;
}

}  // namespace abstractllm
