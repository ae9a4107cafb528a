import { formatNumber, missing } from '../ui/format.ts'

/** A value as it was read, to three digits also below 1: the difference between before and after is what is looked for. */
export const checkText = (value: number | null): string =>
  value === null ? missing : Math.abs(value) < 1 ? String(Number(value.toPrecision(3))) : formatNumber(value)
