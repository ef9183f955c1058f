// SentencePiece's compiled rules: a trie of texts, and what they become.
#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "tokenizer/character_rewrite.h"
#include "tokenizer/normalizer_steps.h"
#include "tokenizer/unicode/grapheme_break.h"
#include "utf8.h"

namespace abstractllm {
namespace {

// A double-array trie (Darts), of which every access is checked.
class CharsmapTrie {
 public:
  explicit CharsmapTrie(std::vector<uint32_t> units) : units_(std::move(units)) {}

  // The value of the shortest text in it that `text` begins with.
  std::optional<uint32_t> ShortestPrefix(std::string_view text) const {
    if (units_.empty()) return std::nullopt;
    size_t node = Offset(units_[0]);
    for (const char c : text) {
      const auto byte = static_cast<unsigned char>(c);
      if (byte == 0) break;
      node ^= byte;
      if (node >= units_.size() || Label(units_[node]) != byte) break;
      const uint32_t unit = units_[node];
      node ^= Offset(unit);
      if (HasLeaf(unit)) {
        if (node >= units_.size()) break;
        return units_[node] & 0x7FFFFFFF;
      }
    }
    return std::nullopt;
  }

 private:
  static bool HasLeaf(uint32_t unit) { return (unit >> 8 & 1) != 0; }
  static uint32_t Label(uint32_t unit) { return unit & (0x80000000u | 0xFF); }
  static size_t Offset(uint32_t unit) {
    return static_cast<size_t>(unit >> 10) << ((unit & 0x200) >> 6);
  }

  std::vector<uint32_t> units_;
};

// Takes the reference's changes, of which one can only be known after the next.
class ChangeWriter {
 public:
  explicit ChangeWriter(TextRewrite* rewrite) : rewrite_(rewrite, 0) {}

  void Keep(char32_t code) { Push({code, 0}); }

  // `old_count` characters become `text`.
  void Replace(int old_count, std::string_view text) {
    int new_count = 0;
    for (size_t at = 0; at < text.size();) {
      const Utf8Character character = CharacterAt(text, at);
      at += character.bytes;
      Push({character.code, new_count < old_count ? 0 : 1});
      ++new_count;
    }
    // What has no place any more goes with the last character that has.
    if (new_count < old_count && last_) last_->change -= old_count - new_count;
  }

  void Finish() {
    if (last_) rewrite_.Put(*last_);
    last_.reset();
  }

 private:
  void Push(ChangedCharacter character) {
    if (last_) rewrite_.Put(*last_);
    last_ = character;
  }

  CharacterRewrite rewrite_;
  std::optional<ChangedCharacter> last_;
};

class PrecompiledStep final : public Normalizer {
 public:
  PrecompiledStep(CharsmapTrie trie, std::string texts)
      : trie_(std::move(trie)), texts_(std::move(texts)) {
    for (size_t i = 0; i < kAscii; ++i) {
      const char c = static_cast<char>(i);
      changes_ascii_[i] = Find({&c, 1}).has_value();
    }
  }

  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    const std::string_view old = text->text();
    if (!Changes(old)) return;
    TextRewrite rewrite(text, buffers);
    ChangeWriter writer(&rewrite);
    ForEachCluster(old, [&](std::string_view cluster, int characters) {
      if (cluster.size() < kShortCluster) {
        if (const auto becomes = Find(cluster)) {
          writer.Replace(characters, *becomes);
          return true;
        }
      }
      for (size_t at = 0; at < cluster.size();) {
        const Utf8Character character = CharacterAt(cluster, at);
        if (const auto becomes = Find(cluster.substr(at, character.bytes))) {
          writer.Replace(1, *becomes);
        } else {
          writer.Keep(character.code);
        }
        at += character.bytes;
      }
      return true;
    });
    writer.Finish();
    rewrite.Finish();
  }

 private:
  static constexpr size_t kAscii = 0x80;
  // Clusters of more bytes are only looked up character by character.
  static constexpr size_t kShortCluster = 6;

  // `use(cluster, characters)` for each, until it returns false.
  template <typename Use>
  static void ForEachCluster(std::string_view text, Use use) {
    GraphemeSplitter splitter;
    size_t begin = 0;
    int characters = 0;
    for (size_t at = 0; at < text.size();) {
      const Utf8Character character = CharacterAt(text, at);
      if (splitter.BreaksBefore(character.code) && at > begin) {
        if (!use(text.substr(begin, at - begin), characters)) return;
        begin = at;
        characters = 0;
      }
      ++characters;
      at += character.bytes;
    }
    if (begin < text.size()) use(text.substr(begin), characters);
  }

  // Whether anything of `text` becomes something else.
  bool Changes(std::string_view text) const {
    const size_t ascii = AsciiPrefix(text);
    for (size_t at = 0; at < ascii; ++at) {
      if (changes_ascii_[static_cast<unsigned char>(text[at])]) return true;
    }
    if (ascii == text.size()) return false;
    bool changes = false;
    // The last character of ASCII may be part of a cluster.
    ForEachCluster(text.substr(ascii > 0 ? ascii - 1 : 0), [&](std::string_view cluster, int) {
      changes = cluster.size() < kShortCluster && Find(cluster).has_value();
      for (size_t at = 0; at < cluster.size() && !changes;) {
        const Utf8Character character = CharacterAt(cluster, at);
        changes = Find(cluster.substr(at, character.bytes)).has_value();
        at += character.bytes;
      }
      return !changes;
    });
    return changes;
  }

  std::optional<std::string_view> Find(std::string_view text) const {
    const auto at = trie_.ShortestPrefix(text);
    if (!at || *at > texts_.size()) return std::nullopt;
    const std::string_view rest = std::string_view(texts_).substr(*at);
    if (!rest.empty() && IsUtf8Continuation(rest[0])) return std::nullopt;
    return rest.substr(0, std::min(rest.find('\0'), rest.size()));
  }

  CharsmapTrie trie_;
  std::string texts_;  // ended by zeros
  bool changes_ascii_[kAscii] = {};
};

}  // namespace

NormalizerPtr MakePrecompiledStep(const std::vector<uint8_t>& charsmap) {
  constexpr size_t kWord = sizeof(uint32_t);
  const auto word = [&](size_t at) {
    return static_cast<uint32_t>(charsmap[at]) | static_cast<uint32_t>(charsmap[at + 1]) << 8 |
           static_cast<uint32_t>(charsmap[at + 2]) << 16 |
           static_cast<uint32_t>(charsmap[at + 3]) << 24;
  };
  if (charsmap.size() < kWord) return nullptr;
  const size_t units = word(0) / kWord;
  if (units > charsmap.size() / kWord - 1) return nullptr;
  std::vector<uint32_t> trie(units);
  for (size_t i = 0; i < units; ++i) trie[i] = word((i + 1) * kWord);
  std::string texts(charsmap.begin() + static_cast<ptrdiff_t>((units + 1) * kWord), charsmap.end());
  if (SanitizeUtf8(texts) != texts) return nullptr;
  return std::make_unique<PrecompiledStep>(CharsmapTrie(std::move(trie)), std::move(texts));
}

}  // namespace abstractllm
