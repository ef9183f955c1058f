#include "template_features.h"

#include "check.h"

using namespace abstractllm;

namespace {

const std::string kPlain = "{% for m in messages %}{{ m.role + ': ' + m.content }}{% endfor %}";

TemplateFeatures FeaturesOf(const std::string& source) {
  const Result<TemplateFeatures> features = TryTemplate(source);
  CHECK(features.ok());
  return features.ok() ? features.value() : TemplateFeatures{};
}

}  // namespace

TEST("template_features: a plain template shows roles, and nothing else") {
  const TemplateFeatures features = FeaturesOf(kPlain);
  CHECK(features.system_role);
  CHECK(!features.tools);
  CHECK(!features.tool_calls);
  CHECK(!features.parallel_tool_calls);
  CHECK(!features.typed_content);
  CHECK(!features.reasoning_history);
  CHECK(!features.reasoning_effort);
  CHECK(!features.thinking_switch);
  CHECK(!features.thinking_opened);
}

TEST("template_features: a system role that is refused, or dropped, is none") {
  const std::string refuses =
      "{% if messages[0].role == 'system' %}{{ raise_exception('no') }}{% endif %}";
  CHECK(!FeaturesOf(refuses + kPlain).system_role);
  CHECK(!FeaturesOf("{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}"
                    "{% endfor %}")
             .system_role);
}

TEST("template_features: functions count when they are shown, not when they are mentioned") {
  CHECK(!FeaturesOf("{% if tools %}{{ 'Tools!' }}{% endif %}" + kPlain).tools);
  CHECK(FeaturesOf("{% for t in tools %}{{ t | tojson }}{% endfor %}" + kPlain).tools);
}

TEST("template_features: thoughts are found by what a switch changes and by what is opened") {
  const std::string end = "{% if add_generation_prompt %}{{ '<think>' }}{% endif %}";
  CHECK(FeaturesOf(kPlain + end).thinking_opened);
  CHECK(!FeaturesOf(kPlain + end).thinking_switch);
  CHECK(!FeaturesOf(kPlain + end + "{{ '</think>' }}").thinking_opened);
  const std::string off =
      "{% if enable_thinking is defined and not enable_thinking %}{{ '<think></think>' }}{% endif "
      "%}";
  CHECK(FeaturesOf(kPlain + off).thinking_switch);
  CHECK(FeaturesOf("{{ reasoning_effort }}" + kPlain).reasoning_effort);
}

TEST("template_features: what does not parse, runs on or nests is an error") {
  const std::string hostile[] = {
      "{% if %}",
      "{% for i in range(100000000) %}{{ i }}{% endfor %}",
      "{{ " + std::string(30000, '(') + "1" + std::string(30000, ')') + " }}",
      std::string(1 << 20, 'a'),
  };
  for (const std::string& source : hostile) {
    const Result<TemplateFeatures> features = TryTemplate(source);
    REQUIRE(!features.ok());
    CHECK(features.status().code == Code::kModelLoading);
  }
}
