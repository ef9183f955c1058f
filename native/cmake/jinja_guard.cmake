# The one change to the engine's sources: a bound on what chat templates do. They are
# programs inside model files; llama.cpp runs them without limits when it loads a model,
# so a recursive macro overflows the stack and nested loops never end, and nothing
# outside of its interpreter can stop them. To be removed when llama.cpp has limits.
#
# Sets JINJA_GUARDED_SOURCES: copies of the two files, with a step counted
# (core/jinja_guard.h) wherever a part of a template is executed and an item is made.
set(jinja_dir "${ABSTRACTLLM_ENGINE_DIR}/common/jinja")
set(jinja_out "${CMAKE_BINARY_DIR}/jinja-guarded")
set(JINJA_GUARDED_SOURCES "")

function(guard_jinja file before after)
  set(source "${jinja_dir}/${file}")
  file(READ "${source}" text)
  string(FIND "${text}" "${before}" found)
  if(found EQUAL -1)
    message(FATAL_ERROR "cmake/jinja_guard.cmake does not fit ${source}: '${before}' is not in it.")
  endif()
  string(REPLACE "${before}" "${after}" text "${text}")
  # The copies stand elsewhere. Not by an include directory: one of them is string.h.
  string(REGEX REPLACE "#include \"(lexer|runtime|utils|value)\\.h\"" "#include \"jinja/\\1.h\""
         text "${text}")
  file(CONFIGURE OUTPUT "${jinja_out}/${file}" CONTENT
    "#include \"${CMAKE_SOURCE_DIR}/native/core/jinja_guard.h\"\n${text}" @ONLY)
  set(JINJA_GUARDED_SOURCES ${JINJA_GUARDED_SOURCES} "${jinja_out}/${file}" PARENT_SCOPE)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${source}")
endfunction()

guard_jinja(runtime.cpp
  "return execute_impl(ctx);"
  "abstractllm::JinjaStep step; return execute_impl(ctx);")
guard_jinja(value.cpp
  "out->push_back(mk_val<value_int>(i));"
  "abstractllm::JinjaStep step(10); out->push_back(mk_val<value_int>(i));")
