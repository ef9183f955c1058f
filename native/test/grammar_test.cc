#include "grammar.h"

#include <cmath>
#include <random>
#include <vector>

#include "check.h"
#include "llama-cpp.h"
#include "repeat.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

const llama_vocab* Vocabulary(const LoadedModel& model) {
  return llama_model_get_vocab(model.model.get());
}

std::vector<llama_token_data> AllCandidates(const llama_vocab* vocab) {
  std::vector<llama_token_data> candidates;
  for (int32_t id = 0; id < llama_vocab_n_tokens(vocab); ++id)
    candidates.push_back({id, 1.0f, 0.0f});
  return candidates;
}

// The engine lets control tokens stand for the text of their names, and takes bytes that
// no UTF-8 has for beginnings of characters.
bool IsSpecialCase(const llama_vocab* vocab, int32_t token) {
  if (llama_vocab_is_eog(vocab, token)) return false;
  char piece[64];
  const int32_t length = llama_token_to_piece(vocab, token, piece, sizeof(piece), 0, false);
  return length <= 0 || static_cast<unsigned char>(piece[0]) >= 0xF8;
}

// Walks a random text that the grammar allows, and compares each mask with the engine's.
void CompareWithEngine(const llama_vocab* vocab, const std::string& text, uint32_t seed) {
  auto grammar = Grammar::Parse(vocab, text, nullptr);
  REQUIRE(grammar.ok());
  llama_sampler_ptr engine(llama_sampler_init_grammar(vocab, text.c_str(), "root"));
  REQUIRE(engine != nullptr);
  std::mt19937 random(seed);
  for (int step = 0; step < 24; ++step) {
    auto ours = AllCandidates(vocab);
    auto theirs = ours;
    CHECK(grammar.value()->Mask(ours.data(), ours.size()).ok());
    llama_token_data_array array = {theirs.data(), theirs.size(), -1, false};
    llama_sampler_apply(engine.get(), &array);
    std::vector<int32_t> allowed;
    for (size_t i = 0; i < ours.size(); ++i) {
      if (IsSpecialCase(vocab, ours[i].id)) continue;
      const bool may = std::isfinite(ours[i].logit);
      CHECK_EQ(may, std::isfinite(theirs[i].logit));
      if (may && !llama_vocab_is_eog(vocab, ours[i].id)) allowed.push_back(ours[i].id);
    }
    if (allowed.empty()) return;
    const int32_t token = allowed[random() % allowed.size()];
    CHECK(grammar.value()->Accept(token).ok());
    llama_sampler_accept(engine.get(), token);
  }
}

Code ParseCode(const llama_vocab* vocab, const std::string& text) {
  auto grammar = Grammar::Parse(vocab, text, nullptr);
  return grammar.ok() ? Code::kOk : grammar.status().code;
}

}  // namespace

TEST("grammar: allows exactly what the engine's own matching allows") {
  for (const auto vocabulary :
       {TinyLlama::Vocabulary::kBytePair, TinyLlama::Vocabulary::kSentencePiece}) {
    TinyLlama shape;
    shape.vocabulary = vocabulary;
    TinyModelFile file(shape);
    auto model = LoadTiny(file);
    REQUIRE(model != nullptr);
    for (const char* text : {
             "root ::= \"yes\" | \"no\" | \"nothing\"",
             "root ::= [a-c]{2,5} \"-\" [^0-9\\n]+ \".\"",
             "root ::= \"a\"? \"a\"? \"a\"? \"b\"* \"\"",
             "root ::= pair (\", \" pair)*\npair ::= word \"=\" word\nword ::= [a-zA-Z]+",
             "root ::= \"(\" root \")\" | [0-9]+ | \"\"",
             "root ::= [\xCE\xB1-\xCF\x89]{2} [\xF0\x9F\x98\x80-\xF0\x9F\x98\x8E] .",
             "root ::= [^\xC3\xA9]* \"\xC3\xA9\" .*",
             "root ::= value\nvalue ::= \"{\" (field (\",\" field)*)? \"}\" | \"[\" (value (\",\" "
             "value)*)? \"]\" | [0-9] | \"true\"\nfield ::= \"\\\"\" [^\"\\\\]* \"\\\":\" value",
             "root ::= <[5]> \"a\" <[6]>? <[7]>",
         }) {
      for (uint32_t seed = 1; seed <= 8; ++seed) CompareWithEngine(Vocabulary(*model), text, seed);
    }
  }
}

TEST("grammar: tokens may be named, or all but one") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  const llama_vocab* vocab = Vocabulary(*model);
  const int32_t control = llama_vocab_eos(vocab) + 1;
  REQUIRE(llama_vocab_is_control(vocab, control));
  auto named = Grammar::Parse(vocab, "root ::= <[" + std::to_string(control) + "]> \"a\"", nullptr);
  REQUIRE(named.ok());
  CHECK(named.value()->Allows(control).value());
  CHECK(!named.value()->Allows('a').value());
  CHECK(named.value()->Accept(control).ok());
  CHECK(named.value()->Allows('a').value());

  auto other = Grammar::Parse(vocab, "root ::= !<[7]>", nullptr);
  REQUIRE(other.ok());
  CHECK(!other.value()->Allows(7).value());
  CHECK(!other.value()->Allows(llama_vocab_eos(vocab)).value());
  CHECK(other.value()->Allows(8).value());
  CHECK(other.value()->Accept(8).ok());
  CHECK(other.value()->Allows(llama_vocab_eos(vocab)).value());
}

TEST("grammar: many ways to match one text cost no more than one") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  // The engine takes hours for the first, and as good as for ever for the second.
  for (const std::string& part :
       {std::string("\"x\"? "), std::string("[a-z]? "), std::string("(\"a\" | \"a\" | . )? ")}) {
    auto grammar = Grammar::Parse(Vocabulary(*model), "root ::= " + Repeat(part, 2000), nullptr);
    REQUIRE(grammar.ok());
    for (int step = 0; step < 4; ++step) {
      auto candidates = AllCandidates(Vocabulary(*model));
      CHECK(grammar.value()->Mask(candidates.data(), candidates.size()).ok());
      CHECK(grammar.value()->Accept('x').ok());
    }
  }
}

TEST("grammar: one that can go on in too many ways is an error that names it") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  const llama_vocab* vocab = Vocabulary(*model);
  const std::string many = Repeat("\"x\"? ", 100000);
  auto at_once = Grammar::Parse(vocab, "root ::= " + many, nullptr);
  REQUIRE(!at_once.ok());
  CHECK(at_once.status().code == Code::kInvalidParameter);
  CHECK(at_once.status().message.find("ways") != std::string::npos);

  auto later = Grammar::Parse(vocab, "root ::= [a-z] " + many, nullptr);
  REQUIRE(later.ok());
  auto candidates = AllCandidates(vocab);
  CHECK(later.value()->Mask(candidates.data(), candidates.size()).code == Code::kGeneration);

  // Each rule doubles the ways to begin.
  std::string doubling = "root ::= r0";
  for (int i = 0; i < 60; ++i) {
    const std::string next = "r" + std::to_string(i + 1);
    doubling += "\nr" + std::to_string(i) + " ::= " + next + " \"a\" | " + next + " \"b\"";
  }
  CHECK(ParseCode(vocab, doubling + "\nr60 ::= \"c\"") == Code::kInvalidParameter);
}

TEST("grammar: rules that begin with themselves are refused, plain or hidden") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  const llama_vocab* vocab = Vocabulary(*model);
  for (const char* text : {
           "root ::= root \"a\" | \"b\"",
           "root ::= \"a\" other\nother ::= more | \"b\"\nmore ::= other \"c\"",
           "root ::= empty root \"a\" | \"b\"\nempty ::= nothing nothing\nnothing ::= \"\" | \"x\"",
       }) {
    CHECK(ParseCode(vocab, text) == Code::kInvalidParameter);
  }
  CHECK(ParseCode(vocab, "root ::= \"a\" root | \"b\"") == Code::kOk);
  // Paths to the same rule double with each of these.
  std::string paths = "root ::= r0";
  for (int i = 0; i < 60; ++i) {
    const std::string next = "r" + std::to_string(i + 1);
    paths += "\nr" + std::to_string(i) + " ::= " + next + " | " + next;
  }
  CHECK(ParseCode(vocab, paths + "\nr60 ::= \"c\"") == Code::kOk);
}

TEST("grammar: stops when it is cancelled") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  CancelToken cancel;
  auto grammar = Grammar::Parse(Vocabulary(*model), "root ::= [a-z]+", &cancel);
  REQUIRE(grammar.ok());
  cancel.Cancel();
  auto candidates = AllCandidates(Vocabulary(*model));
  CHECK(grammar.value()->Mask(candidates.data(), candidates.size()).code == Code::kAborted);
  auto late = Grammar::Parse(Vocabulary(*model), "root ::= [a-z]+", &cancel);
  REQUIRE(!late.ok());
  CHECK(late.status().code == Code::kAborted);
}

TEST("grammar: what it remembers is bounded, and forgetting changes nothing") {
  TinyModelFile file;
  auto model = LoadTiny(file);
  REQUIRE(model != nullptr);
  const llama_vocab* vocab = Vocabulary(*model);
  // Each text leads to a state of its own, of a few thousand continuations.
  auto grammar = Grammar::Parse(vocab, "root ::= " + Repeat("[a-z]? ", 3000) + "\".\"", nullptr);
  REQUIRE(grammar.ok());
  for (int step = 0; step < 2900; ++step) {
    const int32_t letter = 'a' + step % 26;
    auto allowed = grammar.value()->Allows(letter);
    REQUIRE(allowed.ok() && allowed.value());
    REQUIRE(grammar.value()->Accept(letter).ok());
  }
  CHECK(grammar.value()->Allows('z').value());
  CHECK(!grammar.value()->Allows('!').value());
  CHECK(grammar.value()->Allows('.').value());
}
