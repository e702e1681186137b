"""codeworld: the rules of a game become a safe, verified PettingZoo environment."""
