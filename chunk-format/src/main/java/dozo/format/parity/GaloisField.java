package dozo.format.parity;

/** The field of 256 elements, modulo x⁸+x⁴+x³+x²+1. Adding and subtracting are XOR. */
final class GaloisField {

  private static final int POLYNOMIAL = 0x11d;
  private static final int ORDER = 255;

  /** Powers of the generator x, twice over, so that a sum of two logarithms needs no modulo. */
  private static final byte[] POWERS = new byte[2 * ORDER];

  private static final int[] LOGARITHMS = new int[ORDER + 1];

  static {
    int power = 1;
    for (int i = 0; i < ORDER; i++) {
      POWERS[i] = (byte) power;
      POWERS[i + ORDER] = (byte) power;
      LOGARITHMS[power] = i;
      power <<= 1;
      if (power > ORDER) {
        power ^= POLYNOMIAL;
      }
    }
  }

  private GaloisField() {}

  /** The product of two elements, each from 0 to 255. */
  static int multiply(int a, int b) {
    return a == 0 || b == 0 ? 0 : POWERS[LOGARITHMS[a] + LOGARITHMS[b]] & 0xff;
  }

  /** What an element, from 1 to 255, is to be multiplied by to give 1. */
  static int inverse(int a) {
    if (a == 0) {
      throw new IllegalArgumentException("Zero has no inverse");
    }
    return POWERS[ORDER - LOGARITHMS[a]] & 0xff;
  }

  /**
   * Inverts a square matrix by Gauss and Jordan's elimination.
   *
   * @param matrix is destroyed
   * @throws IllegalArgumentException if it has no inverse
   */
  static int[][] invert(int[][] matrix) {
    int size = matrix.length;
    int[][] inverse = new int[size][size];
    for (int i = 0; i < size; i++) {
      inverse[i][i] = 1;
    }
    for (int column = 0; column < size; column++) {
      int pivot = column;
      while (pivot < size && matrix[pivot][column] == 0) {
        pivot++;
      }
      if (pivot == size) {
        throw new IllegalArgumentException("The matrix has no inverse");
      }
      swap(matrix, pivot, column);
      swap(inverse, pivot, column);
      int factor = inverse(matrix[column][column]);
      scale(matrix[column], factor);
      scale(inverse[column], factor);
      for (int row = 0; row < size; row++) {
        int times = matrix[row][column];
        if (row != column && times != 0) {
          subtract(matrix[row], matrix[column], times);
          subtract(inverse[row], inverse[column], times);
        }
      }
    }
    return inverse;
  }

  private static void swap(int[][] matrix, int a, int b) {
    int[] row = matrix[a];
    matrix[a] = matrix[b];
    matrix[b] = row;
  }

  private static void scale(int[] row, int factor) {
    for (int i = 0; i < row.length; i++) {
      row[i] = multiply(row[i], factor);
    }
  }

  private static void subtract(int[] row, int[] other, int times) {
    for (int i = 0; i < row.length; i++) {
      row[i] ^= multiply(other[i], times);
    }
  }
}
