import { InvalidArgumentError } from 'commander'

/** Reads an option that is a whole number from `low` to `high`. */
export const wholeNumber =
  (low: number, high: number) =>
  (text: string): number => {
    const count = Number(text)
    if (text.trim() === '' || !Number.isInteger(count) || count < low || count > high)
      throw new InvalidArgumentError(`It is a whole number from ${low} to ${high.toLocaleString('en')}.`)
    return count
  }
