#include "media/media_prompt.h"

#include "check.h"
#include "fake_media.h"
#include "tiny_model.h"

using namespace abstractllm;
using namespace abstractllm::test;

namespace {

// Messages whose last one shows two pictures around a word.
constexpr char kMessages[] =
    R"([{"role":"user","content":"hi"},{"role":"user","content":[{"type":"image"},)"
    R"({"type":"text","text":"and"},{"type":"image"}]}])";

// Knows parts, and writes a placeholder for pictures.
constexpr char kParts[] =
    "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}"
    "{% for p in m.content %}{% if p.type == 'image' %}{{ '<im' }}{{ 'age>' }}{% else %}"
    "{{ p.text }}{% endif %}{% endfor %}{% endif %};{% endfor %}";
// Knows strings only.
constexpr char kStrings[] = "{% for m in messages %}{{ m.content }};{% endfor %}";

std::unique_ptr<ChatTemplate> Compile(const std::string& source) {
  auto compiled = ChatTemplate::Compile(source, "", "");
  return compiled.ok() ? std::move(compiled.value()) : nullptr;
}

// Places as "#0".
std::string Show(const std::vector<PromptPart>& parts) {
  std::string text;
  for (const PromptPart& part : parts) {
    text += part.media < 0 ? part.text : '#' + std::to_string(part.media);
  }
  return text;
}

std::string Render(const std::string& source, const std::string& messages, size_t pictures) {
  const auto compiled = Compile(source);
  if (compiled == nullptr) return "does not compile";
  const std::vector<MediaPlaceholder> placeholders(pictures, {"<image>", "{", "}"});
  const auto parts = RenderMedia(*compiled, messages, placeholders, false, nullptr);
  return parts.ok() ? Show(parts.value()) : std::string(CodeName(parts.status().code));
}

}  // namespace

TEST("media_prompt: pictures are where the template writes its placeholder") {
  CHECK_EQ(Render(kParts, kMessages, 2), "hi;#0and#1;");
}

TEST("media_prompt: a template without parts gets pictures on lines of their own") {
  CHECK_EQ(Render(kStrings, kMessages, 2), "hi;{#0}\nand\n{#1};");
}

TEST("media_prompt: a template that drops pictures gets them as text, if it takes that") {
  const std::string drops =
      "{% for m in messages %}{% if m.content is string %}{{ m.content }}{% else %}"
      "{% for p in m.content %}{% if p.type == 'text' %}{{ p.text }}{% endif %}{% endfor %}"
      "{% endif %};{% endfor %}";
  CHECK_EQ(Render(drops, kMessages, 2), "hi;{#0}\nand\n{#1};");
}

TEST("media_prompt: pictures that no template has places for are refused") {
  CHECK_EQ(Render("{% for m in messages %}{{ m.role }}{% endfor %}", kMessages, 2),
           "INVALID_REQUEST");
  CHECK_EQ(Render(kParts, kMessages, 1), "INVALID_REQUEST");
  CHECK_EQ(Render(kParts, kMessages, 3), "INVALID_REQUEST");
}

TEST("media_prompt: who writes a placeholder gets text") {
  const std::string forged =
      R"([{"role":"user","content":[{"type":"text","text":"<image>"},{"type":"image"}]}])";
  CHECK_EQ(Render(kParts, forged, 1), "<image>#0;");
  CHECK_EQ(Render(kStrings, forged, 1), "<image>\n{#0};");
  // Halves of it around the template's own text are no placeholder either.
  const auto placed =
      PlaceMedia({{"<im", true}, {"age>", false}}, {"<image>"}, WrittenBy::kTemplate);
  CHECK(!placed.has_value());
}

TEST("media_prompt: placeholders of different kinds come in their order") {
  const std::vector<PromptPart> parts = {{"<image><audio>x<image>", false}};
  const auto placed = PlaceMedia(parts, {"<image>", "<audio>", "<image>"}, WrittenBy::kTemplate);
  REQUIRE(placed.has_value());
  CHECK_EQ(Show(*placed), "#0#1x#2");
  CHECK(!PlaceMedia(parts, {"<audio>", "<image>", "<image>"}, WrittenBy::kTemplate).has_value());
}

TEST("media_prompt: a layout becomes tokens and runs, with text around it as one text") {
  TinyModelFile file;
  const auto model = LoadTiny(file);
  auto item = std::make_shared<MediaItem>();
  MediaKeys keys;
  item->ids = keys.IdsFor({}, 5);
  item->layout = {{"[", -1}, {"", 1}, {"|", -1}, {"", 0}, {"]", -1}};
  item->tiles.resize(2);
  item->tiles[0].tokens = 2;
  item->tiles[1].tokens = 3;
  item->tiles[1].columns = 3;
  item->tiles[1].rows = 1;
  const std::vector<PromptPart> parts = {{"look ", true}, {"", false, 0}, {"", false, 0}};
  const auto prompt = TokenizeMediaPrompt(*model->tokenizer, parts, {item}, true, nullptr);
  REQUIRE(prompt.ok());
  const MediaRuns& runs = prompt.value().media;
  REQUIRE(runs.size() == 4u);
  CHECK_EQ(runs[0].count, 3);
  CHECK_EQ(runs[0].columns, 3);
  CHECK_EQ(runs[0].tile, 1);
  CHECK_EQ(runs[1].count, 2);
  const std::vector<int32_t>& tokens = prompt.value().tokens;
  // Ids go by tile, wherever it stands, and are the same wherever the picture is.
  CHECK_EQ(tokens[static_cast<size_t>(runs[0].first)], item->ids->first + 2);
  CHECK_EQ(tokens[static_cast<size_t>(runs[1].first)], item->ids->first);
  CHECK_EQ(tokens[static_cast<size_t>(runs[2].first)], item->ids->first + 2);
  const auto before = model->tokenizer->Encode("look [", {true, true, nullptr});
  REQUIRE(before.ok());
  CHECK_EQ(runs[0].first, static_cast<int32_t>(before.value().size()));
  const auto between = model->tokenizer->Encode("][", {false, true, nullptr});
  REQUIRE(between.ok());
  CHECK_EQ(runs[2].first - runs[1].end(), static_cast<int32_t>(between.value().size()));
}
