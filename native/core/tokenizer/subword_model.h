// What makes tokens of the pieces of a text: byte-pair encoding, unigrams, word pieces.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "cancel.h"
#include "status.h"

namespace abstractllm {

// A token of a piece. Bytes of the piece: those of a character without a token of its own
// may belong to several, and what the model drops to none.
struct TokenSpan {
  int32_t id = 0;
  uint32_t begin = 0;
  uint32_t end = 0;
};

// Memory that one call after the other uses again; each model has a kind of its own.
class SubwordScratch {
 public:
  virtual ~SubwordScratch() = default;
};

// Thread: any, concurrently, each with a scratch of its own.
class SubwordModel {
 public:
  virtual ~SubwordModel() = default;

  // Never null.
  virtual std::unique_ptr<SubwordScratch> NewScratch() const = 0;
  // Appends the tokens of a piece of at most 2^32 - 1 bytes. Takes time linear in its
  // length, but for a logarithm. Errors: kInvalidRequest for a character without a token,
  // where the model has none for that either; kAborted, in long pieces.
  virtual Status Encode(std::string_view piece, SubwordScratch* scratch, const CancelToken* cancel,
                        std::vector<TokenSpan>* tokens) const = 0;
};

}  // namespace abstractllm
