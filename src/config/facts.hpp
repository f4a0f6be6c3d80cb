// What the file states of one model; the rest is the catalog's.
#pragma once

#include "document.hpp"
#include "headgate/catalog/entry.hpp"
#include "report.hpp"

namespace headgate::config {

catalog::Entry read_facts(const Node& model, Report& report);

}  // namespace headgate::config
