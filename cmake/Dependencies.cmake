# Every library from outside, each with its reason in docs/decisions/0002-dependencies.md.
# Plain libboost of Debian 12 is 1.74; Headgate wants 1.81 or newer.
find_package(Boost 1.81 REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(simdjson REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp CONFIG REQUIRED COMPONENTS core)
find_package(CLI11 REQUIRED)
find_package(SQLite3 3.37 REQUIRED)
find_path(VALIJSON_INCLUDE_DIR valijson/validator.hpp REQUIRED)

add_library(headgate_valijson INTERFACE)
target_include_directories(headgate_valijson SYSTEM INTERFACE ${VALIJSON_INCLUDE_DIR})

# Asio and Beast are compiled once, here, and only declared everywhere else.
add_library(headgate_asio STATIC ${CMAKE_CURRENT_LIST_DIR}/asio.cpp)
target_link_libraries(headgate_asio PUBLIC Boost::headers OpenSSL::SSL OpenSSL::Crypto Threads::Threads)
target_compile_definitions(headgate_asio PUBLIC
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_BEAST_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED)
