#include <unordered_set>

#include "check.h"
#include "repeat.h"
#include "tokenizer/bpe_model.h"
#include "tokenizer/byte_trie.h"
#include "tokenizer/unigram_model.h"
#include "tokenizer/wordlevel_model.h"
#include "tokenizer/wordpiece_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

const std::unordered_set<int32_t> kNone;

// "id:begin-end" of each token, or the failure.
std::string Tokens(const SubwordModel& model, std::string_view piece) {
  const auto scratch = model.NewScratch();
  std::string result;
  // The second time from the cache, which must not change anything.
  for (int round = 0; round < 2; ++round) {
    std::vector<TokenSpan> tokens;
    const Status status = model.Encode(piece, scratch.get(), nullptr, &tokens);
    if (!status.ok()) return CodeName(status.code);
    std::string text;
    for (const TokenSpan& token : tokens) {
      text += (text.empty() ? "" : " ") + std::to_string(token.id) + ':' +
              std::to_string(token.begin) + '-' + std::to_string(token.end);
    }
    CHECK(round == 0 || text == result);
    result = text;
  }
  return result;
}

std::vector<BpeMerge> Merges(const TokenTable& tokens,
                             const std::vector<std::pair<const char*, const char*>>& pairs) {
  std::vector<BpeMerge> merges;
  for (const auto& [left, right] : pairs) {
    const auto rank = static_cast<uint32_t>(merges.size());
    const int32_t id = tokens.Find(std::string(left) + right);
    merges.push_back({tokens.Find(left), tokens.Find(right), {rank, id}});
  }
  return merges;
}

// Again and again the earliest pair, at its first place.
std::vector<std::string> JoinByDefinition(
    const std::string& text, const std::vector<std::pair<const char*, const char*>>& pairs) {
  std::vector<std::string> symbols;
  for (const char byte : text) symbols.emplace_back(1, byte);
  for (bool joined = true; joined;) {
    joined = false;
    for (const auto& [left, right] : pairs) {
      for (size_t i = 0; i + 1 < symbols.size() && !joined; ++i) {
        if (symbols[i] != left || symbols[i + 1] != right) continue;
        symbols[i] += right;
        symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(i) + 1);
        joined = true;
      }
      if (joined) break;
    }
  }
  return symbols;
}

}  // namespace

TEST("tokenizer_models: byte pairs join by rank, then from left to right") {
  const TokenTable tokens({"a", "b", "c", "ab", "bc", "aa", "aab"});
  const auto merges = Merges(tokens, {{"b", "c"}, {"a", "a"}, {"a", "b"}, {"a", "ab"}});
  const BpeModel model(tokens, merges, {}, kNone);
  CHECK_EQ(Tokens(model, "abc"), "0:0-1 4:1-3");
  CHECK_EQ(Tokens(model, "aaa"), "5:0-2 0:2-3");
  CHECK_EQ(Tokens(model, "ab"), "3:0-2");
  // Without a token: left out.
  CHECK_EQ(Tokens(model, "axb"), "3:0-3");
  CHECK_EQ(Tokens(model, ""), "");
}

TEST("tokenizer_models: few and many symbols are joined as the definition says") {
  const TokenTable tokens({"a", "b", "ab", "abab", "ba", "bab", "aa"});
  const std::vector<std::pair<const char*, const char*>> pairs = {
      {"a", "b"}, {"ab", "ab"}, {"b", "a"}, {"ba", "b"}, {"a", "a"}};
  const BpeModel model(tokens, Merges(tokens, pairs), {}, kNone);
  const auto scratch = model.NewScratch();
  for (const char* unit : {"ab", "aab", "abb", "ba", "a", "abbaab"}) {
    for (const size_t times : {3, 10, 100}) {
      const std::string text = Repeat(unit, times);
      std::vector<TokenSpan> spans;
      CHECK(model.Encode(text, scratch.get(), nullptr, &spans).ok());
      std::vector<std::string> got;
      for (const TokenSpan& span : spans) {
        got.push_back(text.substr(span.begin, span.end - span.begin));
        CHECK_EQ(std::string(tokens.Text(span.id)), got.back());
      }
      CHECK(got == JoinByDefinition(text, pairs));
    }
  }
}

TEST("tokenizer_models: a piece that is a token stays whole where merges are ignored") {
  const TokenTable tokens({"a", "b", "ba"});
  BpeOptions options;
  options.ignore_merges = true;
  CHECK_EQ(Tokens(BpeModel(tokens, {}, options, kNone), "ba"), "2:0-2");
  CHECK_EQ(Tokens(BpeModel(tokens, {}, options, {2}), "ba"), "1:0-1 0:1-2");
}

TEST("tokenizer_models: unknown characters become bytes, or one unknown token") {
  const TokenTable tokens({"a", "<unk>", "<0xC3>", "<0xA9>"});
  BpeOptions options;
  options.unknown_id = 1;
  CHECK_EQ(Tokens(BpeModel(tokens, {}, options, kNone), "axya"), "0:0-1 1:1-2 1:2-3 0:3-4");
  options.fuse_unknown = true;
  CHECK_EQ(Tokens(BpeModel(tokens, {}, options, kNone), "axya"), "0:0-1 1:1-3 0:3-4");
  options.byte_fallback = true;
  CHECK_EQ(Tokens(BpeModel(tokens, {}, options, kNone), "\xC3\xA9x"), "2:0-1 3:1-2 1:2-3");
}

TEST("tokenizer_models: the end of a word has symbols of its own") {
  const TokenTable tokens({"a", "b</w>", "ab</w>", "b"});
  BpeOptions options;
  options.word_suffix = "</w>";
  const std::vector<BpeMerge> merges = {{0, 1, {0, 2}}};
  CHECK_EQ(Tokens(BpeModel(tokens, merges, options, kNone), "ab"), "2:0-2");
  CHECK_EQ(Tokens(BpeModel(tokens, merges, options, kNone), "bab"), "3:0-1 2:1-3");
}

TEST("tokenizer_models: no merge leads to a token that only templates write") {
  const TokenTable tokens({"<", "s>", "<s>"});
  const auto merges = Merges(tokens, {{"<", "s>"}});
  CHECK_EQ(Tokens(BpeModel(tokens, merges, {}, {2}), "<"), "0:0-1");
  const TokenTable pieces({"<unk>", "<", "s", ">", "<s>"});
  const UnigramModel unigram(pieces, {0, -5, -5, -5, -1}, {0, true, false}, {4});
  CHECK_EQ(Tokens(unigram, "<s>"), "1:0-1 2:1-2 3:2-3");
  CHECK_EQ(Tokens(WordLevelModel(pieces, 0, {4}), "<s>"), "0:0-3");
}

TEST("tokenizer_models: unigrams take the likeliest path, and fuse what is unknown") {
  const TokenTable tokens({"<unk>", "a", "b", "ab", "aba"});
  const UnigramModel model(tokens, {0, -1, -1, -3, -2.5}, {0, true, false}, kNone);
  CHECK_EQ(Tokens(model, "ab"), "1:0-1 2:1-2");
  CHECK_EQ(Tokens(model, "aba"), "4:0-3");
  CHECK_EQ(Tokens(model, "a\xC3\xA9zb"), "1:0-1 0:1-4 2:4-5");
  const UnigramModel strict(tokens, {0, -1, -1, -3, -2.5}, {}, kNone);
  CHECK_EQ(Tokens(strict, "az"), "INVALID_REQUEST");
}

TEST("tokenizer_models: word pieces are the longest that fit, or the word is unknown") {
  const TokenTable tokens({"[UNK]", "un", "##want", "##ed", "##e", "u"});
  WordPieceOptions options;
  options.unknown_id = 0;
  options.max_word_characters = 9;
  const WordPieceModel model(tokens, options, kNone);
  CHECK_EQ(Tokens(model, "unwanted"), "1:0-2 2:2-6 3:6-8");
  CHECK_EQ(Tokens(model, "unx"), "0:0-3");
  CHECK_EQ(Tokens(model, "unwantedededed"), "0:0-14");
}

TEST("tokenizer_models: a trie finds what was put in, and nothing else") {
  std::vector<std::string> texts;
  for (int i = 0; i < 5000; ++i) texts.push_back(std::to_string(i * 7919 % 100003));
  std::vector<std::pair<std::string_view, int32_t>> entries;
  for (size_t i = 0; i < texts.size(); ++i) entries.push_back({texts[i], static_cast<int32_t>(i)});
  const ByteTrie trie(entries);
  const std::unordered_set<std::string> known(texts.begin(), texts.end());
  for (size_t i = 0; i < texts.size(); ++i) {
    const ByteTrie::Node node = trie.Walk(texts[i]);
    REQUIRE(node != ByteTrie::kNone);
    CHECK_EQ(texts[static_cast<size_t>(trie.Value(node))], texts[i]);
  }
  for (int i = 0; i < 20000; ++i) {
    const std::string text = std::to_string(i);
    const ByteTrie::Node node = trie.Walk(text);
    CHECK_EQ(node != ByteTrie::kNone && trie.Value(node) >= 0, known.count(text) > 0);
  }
}
