// Which of the models under consideration may not be asked, and why.
#pragma once

#include "contender.hpp"

namespace headgate::routing {

// By what the catalog, the configuration and the client say.
std::optional<Excluded> judge_facts(const Contender& contender, const Question& question, const Use& limits);
// By what is measured; the contender's reading, quality and costs are filled in.
std::optional<Excluded> judge_measures(const Contender& contender, const Use& limits);

// Where a soft limit of a budget is reached, only the cheapest of those that can be asked is left.
void keep_cheapest(std::vector<Contender>& contenders, std::vector<Excluded>& excluded);

// Whether `provider` is on a client's list: an account, or whose API it is. Case does not count.
bool is_listed(const Model& model, std::span<const std::string> list);
// Its place on the list, the list's size when it is not there.
std::size_t place_on(const Model& model, std::span<const std::string> list);

}  // namespace headgate::routing
