#include "tokenizer/pre_tokenizer.h"

#include <utility>

#include "tokenizer/pre_tokenizer_steps.h"
#include "tokenizer/spec_fields.h"
#include "tokenizer/unicode/utf8_scan.h"

namespace abstractllm {
namespace {

// What GPT-2 takes for words.
constexpr char kByteLevelPattern[] =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

class Steps final : public PreTokenizer {
 public:
  Steps(std::vector<PreTokenizerPtr> steps, bool gives_bytes)
      : steps_(std::move(steps)), gives_bytes_(gives_bytes) {}

  void Apply(PreTokens* tokens) const override {
    for (const PreTokenizerPtr& step : steps_) step->Apply(tokens);
  }
  bool gives_bytes() const override { return gives_bytes_; }

 private:
  std::vector<PreTokenizerPtr> steps_;
  bool gives_bytes_;
};

// Reads a tree of descriptions into a list of steps.
class StepReader {
 public:
  Status Read(const JsonValue& spec, const std::string& path) {
    const Status status = Add(spec, path, 0);
    if (!status.ok()) return status;
    // The alphabet is needed only where somebody looks at it.
    if (has_bytes_ && steps_.size() > bytes_at_) {
      steps_.insert(steps_.begin() + static_cast<ptrdiff_t>(bytes_at_), MakeToAlphabetStep());
      steps_.push_back(MakeFromAlphabetStep());
    }
    return Status::Ok();
  }

  PreTokenizerPtr Take() { return std::make_unique<Steps>(std::move(steps_), has_bytes_); }

 private:
  Status Add(const JsonValue& spec, const std::string& path, size_t depth) {
    SpecFields fields(spec, path);
    if (depth > kMaxJsonDepth) {
      fields.Fail(Code::kUnsupportedModel, path, "is nested too deeply");
    }
    const std::string type = fields.Type();
    if (!fields.ok()) return fields.status();
    if (type == "Sequence") {
      const std::vector<JsonValue>& items = fields.RequiredItems("pretokenizers");
      for (size_t i = 0; i < items.size() && fields.ok(); ++i) {
        const Status status = Add(items[i], fields.PathOf("pretokenizers", i), depth + 1);
        if (!status.ok()) return status;
      }
    } else if (type == "ByteLevel") {
      AddByteLevel(&fields);
    } else if (type == "Split") {
      AddSplit(&fields);
    } else if (type == "Metaspace") {
      AddMetaspace(&fields);
    } else if (type == "CharDelimiterSplit") {
      steps_.push_back(MakeDelimiterStep(RequiredCharacter(&fields, "delimiter")));
    } else if (type == "Digits") {
      steps_.push_back(MakeDigitsStep(fields.RequiredBool("individual_digits")));
    } else if (type == "Punctuation") {
      const auto behavior = ReadBehavior(&fields, "behavior", SplitBehavior::kIsolated);
      steps_.push_back(MakePunctuationStep(behavior));
    } else if (type == "FixedLength") {
      constexpr uint32_t kUsualLength = 5;
      const uint32_t length = fields.Unsigned("length", kUsualLength);
      if (length == 0) fields.Fail(Code::kModelLoading, fields.PathOf("length"), "is 0");
      steps_.push_back(MakeFixedLengthStep(length));
    } else if (PreTokenizerPtr step = WithoutOptions(type)) {
      steps_.push_back(std::move(step));
    } else {
      fields.Fail(Code::kUnsupportedModel, fields.PathOf("type"),
                  "is \"" + type + "\", which is not known");
    }
    return fields.status();
  }

  static PreTokenizerPtr WithoutOptions(const std::string& type) {
    if (type == "BertPreTokenizer") return MakeBertStep();
    if (type == "Whitespace") return MakeWhitespaceStep();
    if (type == "WhitespaceSplit") return MakeWhitespaceSplitStep();
    if (type == "UnicodeScripts") return MakeUnicodeScriptsStep();
    return nullptr;
  }

  void AddByteLevel(SpecFields* fields) {
    if (has_bytes_) {
      fields->Fail(Code::kUnsupportedModel, fields->path(), "is a second ByteLevel");
    }
    if (fields->RequiredBool("add_prefix_space")) steps_.push_back(MakePrefixSpaceStep());
    if (fields->Bool("use_regex", true)) {
      Result<Pattern> pattern = Pattern::Compile(kByteLevelPattern);
      AddPattern(fields, std::move(pattern), SplitBehavior::kIsolated, false);
    }
    has_bytes_ = true;
    bytes_at_ = steps_.size();
  }

  void AddSplit(SpecFields* fields) {
    const SpecFields::PatternSpec spec = fields->RequiredPattern("pattern");
    const SplitBehavior behavior = ReadBehavior(fields, "behavior");
    const bool inverted = fields->RequiredBool("invert");
    if (!fields->ok()) return;
    // An empty text matches everywhere, which takes a pattern.
    Result<Pattern> pattern = spec.is_regex || spec.text.empty() ? Pattern::Compile(spec.text)
                                                                 : Pattern::Literal(spec.text);
    AddPattern(fields, std::move(pattern), behavior, inverted);
  }

  void AddPattern(SpecFields* fields, Result<Pattern> pattern, SplitBehavior behavior,
                  bool inverted) {
    if (!pattern.ok()) {
      fields->Fail(pattern.status());
    } else {
      steps_.push_back(MakeSplitStep(std::move(pattern.value()), behavior, inverted));
    }
  }

  void AddMetaspace(SpecFields* fields) {
    const char32_t mark = RequiredCharacter(fields, "replacement");
    // An older member says the same as the newer one, or less.
    const bool adds_prefix = fields->Bool("add_prefix_space", true);
    const std::string name = fields->Text("prepend_scheme", adds_prefix ? "always" : "never");
    PrependScheme scheme = PrependScheme::kAlways;
    if (name == "first") {
      scheme = PrependScheme::kFirst;
    } else if (name == "never") {
      scheme = PrependScheme::kNever;
    } else if (name != "always") {
      fields->Fail(Code::kUnsupportedModel, fields->PathOf("prepend_scheme"),
                   "is \"" + name + "\", which is not known");
    }
    if (!adds_prefix && scheme != PrependScheme::kNever) {
      fields->Fail(Code::kModelLoading, fields->PathOf("prepend_scheme"),
                   "is \"" + name + "\", but \"add_prefix_space\" is false");
    }
    if (!fields->ok()) return;
    steps_.push_back(MakeMetaspaceStep(mark, scheme, fields->Bool("split", true)));
  }

  static char32_t RequiredCharacter(SpecFields* fields, const char* name) {
    const std::string text = fields->RequiredText(name);
    if (!fields->ok()) return 0;
    if (text.empty() || CharacterAt(text, 0).bytes != text.size()) {
      fields->Fail(Code::kModelLoading, fields->PathOf(name), "has to be one character");
      return 0;
    }
    return CharacterAt(text, 0).code;
  }

  std::vector<PreTokenizerPtr> steps_;
  bool has_bytes_ = false;
  size_t bytes_at_ = 0;  // how many steps come before the bytes
};

}  // namespace

Result<std::unique_ptr<PreTokenizer>> MakePreTokenizer(const JsonValue& spec,
                                                       const std::string& path) {
  if (spec.kind == JsonValue::Kind::kNull) return PreTokenizerPtr();
  StepReader reader;
  const Status status = reader.Read(spec, path);
  if (!status.ok()) return status;
  return reader.Take();
}

}  // namespace abstractllm
