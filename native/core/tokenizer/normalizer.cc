#include "tokenizer/normalizer.h"

#include <utility>
#include <vector>

#include "checkpoint/base64.h"
#include "tokenizer/normalizer_steps.h"
#include "tokenizer/spec_fields.h"

namespace abstractllm {
namespace {

class Steps final : public Normalizer {
 public:
  explicit Steps(std::vector<NormalizerPtr> steps) : steps_(std::move(steps)) {}

  void Apply(AlignedText* text, TextRewrite::Buffers* buffers) const override {
    for (const NormalizerPtr& step : steps_) step->Apply(text, buffers);
  }

 private:
  std::vector<NormalizerPtr> steps_;
};

// Reads a tree of descriptions into a list of steps.
class StepReader {
 public:
  Status Add(const JsonValue& spec, const std::string& path, size_t depth) {
    SpecFields fields(spec, path);
    if (depth > kMaxJsonDepth) {
      fields.Fail(Code::kUnsupportedModel, path, "is nested too deeply");
    }
    const std::string type = fields.Type();
    if (!fields.ok()) return fields.status();
    if (type == "Sequence") {
      const std::vector<JsonValue>& items = fields.RequiredItems("normalizers");
      for (size_t i = 0; i < items.size() && fields.ok(); ++i) {
        const Status status = Add(items[i], fields.PathOf("normalizers", i), depth + 1);
        if (!status.ok()) return status;
      }
    } else if (type == "BertNormalizer") {
      AddBert(&fields);
    } else if (type == "Strip") {
      const bool left = fields.RequiredBool("strip_left");
      steps_.push_back(MakeStripStep(left, fields.RequiredBool("strip_right")));
    } else if (type == "Prepend") {
      steps_.push_back(MakePrependStep(fields.RequiredText("prepend")));
    } else if (type == "Replace") {
      AddReplace(&fields);
    } else if (type == "Precompiled") {
      AddPrecompiled(&fields);
    } else if (NormalizerPtr step = WithoutOptions(type)) {
      steps_.push_back(std::move(step));
    } else {
      fields.Fail(Code::kUnsupportedModel, fields.PathOf("type"),
                  "is \"" + type + "\", which is not known");
    }
    return fields.status();
  }

  NormalizerPtr Take() {
    if (steps_.empty()) return nullptr;
    return std::make_unique<Steps>(std::move(steps_));
  }

 private:
  static NormalizerPtr WithoutOptions(const std::string& type) {
    if (type == "NFC") return MakeNormalFormStep(NormalForm::kNfc);
    if (type == "NFD") return MakeNormalFormStep(NormalForm::kNfd);
    if (type == "NFKC") return MakeNormalFormStep(NormalForm::kNfkc);
    if (type == "NFKD") return MakeNormalFormStep(NormalForm::kNfkd);
    if (type == "Lowercase") return MakeLowercaseStep();
    if (type == "StripAccents") return MakeStripAccentsStep();
    if (type == "Nmt") return MakeNmtStep();
    if (type == "ByteLevel") return MakeByteLevelStep();
    return nullptr;
  }

  void AddBert(SpecFields* fields) {
    const bool lowercase = fields->RequiredBool("lowercase");
    if (fields->RequiredBool("clean_text")) steps_.push_back(MakeBertCleanStep());
    if (fields->RequiredBool("handle_chinese_chars")) steps_.push_back(MakeBertIdeographsStep());
    if (fields->Bool("strip_accents", lowercase)) steps_.push_back(MakeBertAccentsStep());
    if (lowercase) steps_.push_back(MakeLowercaseStep());
  }

  void AddReplace(SpecFields* fields) {
    const SpecFields::PatternSpec spec = fields->RequiredPattern("pattern");
    std::string content = fields->RequiredText("content");
    if (!fields->ok()) return;
    // An empty text matches everywhere, which takes a pattern.
    Result<Pattern> pattern = spec.is_regex || spec.text.empty() ? Pattern::Compile(spec.text)
                                                                 : Pattern::Literal(spec.text);
    if (!pattern.ok()) {
      fields->Fail(pattern.status());
    } else {
      steps_.push_back(MakeReplaceStep(std::move(pattern.value()), std::move(content)));
    }
  }

  void AddPrecompiled(SpecFields* fields) {
    std::vector<uint8_t> charsmap;
    const std::string text = fields->RequiredText("precompiled_charsmap");
    if (!fields->ok()) return;
    NormalizerPtr step;
    if (DecodeBase64(text, &charsmap)) step = MakePrecompiledStep(charsmap);
    if (step == nullptr) {
      fields->Fail(Code::kModelLoading, fields->PathOf("precompiled_charsmap"),
                   "is no compiled charsmap in Base64");
    }
    steps_.push_back(std::move(step));
  }

  std::vector<NormalizerPtr> steps_;
};

}  // namespace

Result<std::unique_ptr<Normalizer>> MakeNormalizer(const JsonValue& spec, const std::string& path) {
  if (spec.kind == JsonValue::Kind::kNull) return NormalizerPtr();
  StepReader reader;
  const Status status = reader.Add(spec, path, 0);
  if (!status.ok()) return status;
  return reader.Take();
}

}  // namespace abstractllm
