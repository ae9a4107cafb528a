/** `$1,234.50`; below a dollar with as many digits as say something; a dash where nothing is known. */
export function money(value: number | null | undefined): string {
  if (value === null || value === undefined) return '–'
  const size = Math.abs(value)
  const digits = size === 0 || size >= 1 ? 2 : Math.min(6, 1 - Math.floor(Math.log10(size)))
  const text = size.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits })
  return `${value < 0 ? '-' : ''}$${text}`
}

export const share = (value: number | null): string => (value === null ? '–' : `${Math.round(value * 100)} %`)
