"""What customers rely on."""

import unittest

from parcel import quote


class QuoteTest(unittest.TestCase):
    def test_one_parcel(self) -> None:
        self.assertEqual(quote.quote("home", 2), 6.1)

    def test_discount_from_ten(self) -> None:
        self.assertEqual(quote.quote("home", 2, 10), 57.95)

    def test_text(self) -> None:
        self.assertEqual(quote.as_text("far", 1), "1 kg to far: 18.05 EUR")

    def test_rates_are_still_found_where_they_were(self) -> None:
        """Older customers read the table from here."""
        self.assertEqual(quote.RATES["near"], 9.0)


if __name__ == "__main__":
    unittest.main()
