# The one change to the engine's sources: a bound on what chat templates do. They are
# programs inside model files; llama.cpp runs them without limits when it loads a model,
# so a recursive macro overflows the stack, nested loops never end, a text that doubles
# fills the memory, and nothing outside of its interpreter can stop them. To be removed
# when llama.cpp has limits.
#
# Sets JINJA_GUARDED_SOURCES: copies of three files that count (core/jinja_guard.h) a
# step wherever a part of a template is executed or a value is walked through, and bytes
# wherever a text or a list is made.
set(jinja_dir "${ABSTRACTLLM_ENGINE_DIR}/common/jinja")
set(jinja_out "${CMAKE_BINARY_DIR}/jinja-guarded")
set(JINJA_GUARDED_SOURCES "")

# guard_jinja(<file> [<before> <after>]...): replaces each <before>, wherever it stands.
function(guard_jinja file)
  set(source "${jinja_dir}/${file}")
  file(READ "${source}" text)
  math(EXPR last "${ARGC} - 1")
  foreach(at RANGE 1 ${last} 2)
    math(EXPR next "${at} + 1")
    set(before "${ARGV${at}}")
    set(after "${ARGV${next}}")
    string(FIND "${text}" "${before}" found)
    if(found EQUAL -1)
      message(FATAL_ERROR
        "cmake/jinja_guard.cmake does not fit ${source}: '${before}' is not in it.")
    endif()
    string(REPLACE "${before}" "${after}" text "${text}")
  endforeach()
  # The copies stand elsewhere. Not by an include directory: one of them is string.h.
  string(REGEX REPLACE "#include \"(lexer|runtime|utils|value)\\.h\"" "#include \"jinja/\\1.h\""
         text "${text}")
  file(CONFIGURE OUTPUT "${jinja_out}/${file}" CONTENT
    "#include \"${CMAKE_SOURCE_DIR}/native/core/jinja_guard.h\"\n${text}" @ONLY)
  set(JINJA_GUARDED_SOURCES ${JINJA_GUARDED_SOURCES} "${jinja_out}/${file}" PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
endfunction()

# What each part of a template gives, and what lists are joined to.
guard_jinja(runtime.cpp
  "return execute_impl(ctx);"
  "abstractllm::JinjaStep step; return execute_impl(ctx);"
  "result->push_back("
  "abstractllm::CountJinjaItem(), result->push_back("
  "mk_val<value_string>(input->as_string())"
  "mk_val<value_string>(abstractllm::CountedJinjaText(input->as_string()))")

# Concatenation, repetition, output and comparison all go through append() and str().
guard_jinja(string.cpp
  "parts.push_back(part);"
  "abstractllm::CountJinjaBytes(sizeof(part) + part.val.size()); parts.push_back(part);"
  "std::string string::str() const {"
  "std::string string::str() const { abstractllm::CountJinjaBytes(length());"
  "for (auto & part : self.parts) {"
  "abstractllm::CountJinjaText(self); for (auto & part : self.parts) {"
  "static auto strip_part"
  "abstractllm::CountJinjaText(*this); static auto strip_part")

# The built-in functions: those that make lists, texts longer than those they are given,
# copies, those that follow values into each other, and the one that could put a list into
# itself. replace() moves the rest of a text at each place: that costs time, not memory,
# and counts for less.
guard_jinja(value.cpp
  "result->push_back("
  "abstractllm::CountJinjaItem(), result->push_back("
  "out->push_back("
  "abstractllm::CountJinjaItem(), out->push_back("
  "abstractllm::CountJinjaItem(), out->push_back(mk_val<value_int>(i));"
  "abstractllm::JinjaStep step(10); out->push_back(mk_val<value_int>(i));"
  "result.push_back("
  "abstractllm::CountJinjaBytes(sizeof(array[0])), result.push_back("
  "mk_val<value_string>(args.get_pos(0)->as_string())"
  "mk_val<value_string>(abstractllm::CountedJinjaText(args.get_pos(0)->as_string()))"
  "result += delim;"
  "abstractllm::CountJinjaBytes(delim.size()); result += delim;"
  "new_res.reserve("
  "abstractllm::CountJinjaProduct(new_str.size(), str.size() + 1), new_res.reserve("
  "str.replace(pos,"
  "abstractllm::CountJinjaBytes(new_str.size() + (str.size() - pos) / 32), str.replace(pos,"
  "result.parts.insert("
  "abstractllm::CountJinjaText(arg_str), result.parts.insert("
  "indent.assign("
  "abstractllm::CountJinjaProduct(val_width->as_int(), 1), indent.assign("
  "indented += indent;"
  "abstractllm::CountJinjaBytes(indent.size()); indented += indent;"
  "auto indent_str = [indent, curr_lvl]"
  "abstractllm::JinjaStep step; abstractllm::CountJinjaProduct(indent, 2 * (curr_lvl + 1)); auto indent_str = [indent, curr_lvl]"
  "val->stats.used = true;"
  "abstractllm::JinjaStep step(deep ? 1 : 0); val->stats.used = true;"
  "return val->as_repr();"
  "abstractllm::JinjaStep step; return val->as_repr();"
  "arr_editable->push_back("
  "abstractllm::RefuseJinjaCycle(arr, args.get_pos(1)); arr_editable->push_back(")
