// What tests of vectors and scores have in common: tiny models in an engine, texts, and what
// the engine itself makes of them.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "check.h"
#include "engine.h"
#include "gguf_builder.h"
#include "llama.h"
#include "recording_sink.h"

namespace abstractllm::test {

constexpr float kTolerance = 1e-5f;
// An encoder's keys and values have 16 bits when it reads many tokens at once.
constexpr float kFusedTolerance = 2e-4f;

// Some short texts.
extern const std::vector<std::string> kTexts;
// Texts of many lengths, of at most `longest` words; the same ones each time.
std::vector<std::string> ManyTexts(size_t count, size_t longest);

// A file of its own, and an engine that has it loaded, closed at the end. Thread: one.
struct Running {
  explicit Running(const GgufBuilder& model, uint32_t context_size = 0);
  ~Running();
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  // Waits for the end of a job.
  Event Run(Request request);

  TemporaryFolder folder;
  std::string path;
  RecordingSink sink;
  Engine engine;
  bool loaded = false;
  JobId last_job = 10;
};

// The result of a job's end; the test fails if it is another.
template <typename T>
T ResultOf(const Event& event) {
  const auto* done = std::get_if<DoneEvent>(&event.what);
  const T* result = done == nullptr ? nullptr : std::get_if<T>(&done->result);
  if (result != nullptr) return *result;
  const auto* failed = std::get_if<FailedEvent>(&event.what);
  Fail(__FILE__, __LINE__, failed == nullptr ? "another result" : failed->status.message);
  return {};
}

// Of a job that failed.
const Status& StatusOf(const Event& event);
// The text that a failure is about; -1 if it does not say.
int64_t IndexOf(const Event& event);

using Vectors = std::vector<std::vector<float>>;

// One vector per text, all its rows behind each other.
Vectors Split(const EmbedResult& result);
Vectors Embed(Running& running, std::vector<std::string> texts, Pooling pooling = Pooling::kModel,
              bool normalize = true);
// Infinite for vectors of different sizes, or of none.
float LargestDifference(const std::vector<float>& a, const std::vector<float>& b);

// What the engine itself makes of one text: a context for it alone, the engine's pooling.
std::vector<float> Reference(const std::string& path, const std::string& text,
                             enum llama_pooling_type pooling);

// A decoder with a window of 2048 tokens.
GgufBuilder LongLlama();
// An encoder with a classification head.
GgufBuilder Classifier(uint32_t outputs, std::vector<std::string> labels = {});

}  // namespace abstractllm::test
