// How long engine calls take on this machine, learned from those that were made.
#pragma once

#include <cstdint>
#include <map>

namespace abstractllm {

// Thread: the inference thread.
class StepTimes {
 public:
  // One call that decoded `decoded` tokens of running streams and processed `prompt`
  // tokens beside them, in `ms` milliseconds.
  void Record(int32_t decoded, int32_t prompt, double ms);

  // How many prompt tokens may go beside `decoded` streams so that their next token comes
  // within kStretch times of its usual time. At least kLeastChunk.
  int32_t PromptTokensBeside(int32_t decoded) const;

  // Whether the next call should only decode, to learn what that takes: under a steady
  // stream of prompts no call would.
  bool WantsDecoding(int32_t decoded) const;

  // Predicted milliseconds of a call that only decodes; 0 while unknown.
  double DecodeMs(int32_t decoded) const;
  // Milliseconds of a call that decoded exactly so many tokens; 0 if there was none.
  double KnownMs(int32_t decoded) const;
  // Learned milliseconds that one more token costs in a call; 0 while unknown.
  double TokenMs() const { return token_ms_; }

  static constexpr double kStretch = 2.0;
  static constexpr int32_t kLeastChunk = 8;
  // Before anything is known.
  static constexpr int32_t kFirstChunk = 24;

 private:
  std::map<int32_t, double> decode_ms_;  // by number of tokens
  double token_ms_ = 0;
  int32_t mixed_calls_ = 0;      // since the last one that only decoded
  bool beside_streams_ = false;  // token_ms_ was learned from mixed calls
};

}  // namespace abstractllm
