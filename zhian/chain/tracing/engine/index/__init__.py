"""The index: every link of the country's goods in both directions, walked at memory speed."""
