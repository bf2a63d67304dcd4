/** @returns {number} the middle one of these numbers */
exports.median = (numbers) =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
