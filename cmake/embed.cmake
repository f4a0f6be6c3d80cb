# cmake -DNAMESPACE=headgate::x::embedded -DNAMES="a;b" -DFILES="x.json;y.yaml" -DOUT=embedded.cpp -P embed.cmake
# Files as constants of a component with an embedded.hpp. Arrays, since compilers limit the length of string literals.
set(source "#include \"embedded.hpp\"\n\nnamespace ${NAMESPACE} {\nnamespace {\n")
set(functions "")
foreach(name file IN ZIP_LISTS NAMES FILES)
  file(READ ${file} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," bytes "${bytes}")
  string(REPLACE "'\\x0a'," "'\\x0a',\n" bytes "${bytes}")
  string(APPEND source "constexpr char ${name}_bytes[] = {\n${bytes}};\n")
  string(APPEND functions "std::string_view ${name}() { return {${name}_bytes, sizeof ${name}_bytes}; }\n")
endforeach()
string(APPEND source "}  // namespace\n\n${functions}\n}  // namespace ${NAMESPACE}\n")
file(WRITE ${OUT} "${source}")
