/**
 * Solves matrix * x = right for a symmetric positive definite matrix of which the lower half is given (Cholesky). The first `diagonal`
 * variables have no products with each other. Both arguments are overwritten.
 */
export function solvePositive(matrix: Float64Array, right: Float64Array, diagonal: number): Float64Array {
  const size = right.length;
  for (let column = 0; column < size; column++) {
    const at = column * size;
    let root = matrix[at + column]!;
    if (column >= diagonal) for (let k = 0; k < column; k++) root -= matrix[at + k]! ** 2;
    root = Math.sqrt(Math.max(root, 1e-12));
    matrix[at + column] = root;
    for (let row = Math.max(column + 1, diagonal); row < size; row++) {
      const line = row * size;
      let sum = matrix[line + column]!;
      if (column >= diagonal) for (let k = 0; k < column; k++) sum -= matrix[line + k]! * matrix[at + k]!;
      matrix[line + column] = sum / root;
    }
  }
  for (let row = 0; row < size; row++) {
    let sum = right[row]!;
    if (row >= diagonal) for (let k = 0; k < row; k++) sum -= matrix[row * size + k]! * right[k]!;
    right[row] = sum / matrix[row * size + row]!;
  }
  for (let row = size - 1; row >= 0; row--) {
    let sum = right[row]!;
    for (let k = Math.max(row + 1, diagonal); k < size; k++) sum -= matrix[k * size + row]! * right[k]!;
    right[row] = sum / matrix[row * size + row]!;
  }
  return right;
}
