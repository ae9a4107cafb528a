/** Numbers as sentences say them, one way each. Probabilities are in `probability.ts`, money in `money.ts`. */

/** All its places, thousands grouped: `5,000`, `-1,234.5`. For counts, and for what was rounded before. */
export const groupedText = (value: number): string =>
  value.toLocaleString('en-US', { maximumFractionDigits: 20 })

/** So many significant digits, but whole numbers whole: `0.0042`, `1.92`, `312`, `5,013`. Never with an exponent. */
export const figureText = (value: number, significant = 3): string =>
  groupedText(
    Math.abs(value) >= 10 ** significant ? Math.round(value) : Number(value.toPrecision(significant)),
  )
