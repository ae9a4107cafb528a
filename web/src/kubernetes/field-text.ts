/** A value as YAML-like text, for reading: keys in their order, blocks for lines, nothing left out but what is empty. */
export function fieldText(value: unknown, depth = 0): string {
  const pad = '  '.repeat(depth)
  if (Array.isArray(value))
    return value
      .map((one) =>
        isBlock(one) ? `${pad}- ${fieldText(one, depth + 1).trimStart()}` : `${pad}- ${scalar(one, depth)}`,
      )
      .join('\n')
  if (isRecord(value))
    return Object.entries(value)
      .filter(([, one]) => one !== undefined && one !== null && !(typeof one === 'object' && !isBlock(one)))
      .map(([key, one]) =>
        isBlock(one) ? `${pad}${key}:\n${fieldText(one, depth + 1)}` : `${pad}${key}: ${scalar(one, depth)}`,
      )
      .join('\n')
  return pad + scalar(value, depth)
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const isBlock = (value: unknown): boolean =>
  Array.isArray(value) ? value.length > 0 : isRecord(value) && Object.keys(value).length > 0

function scalar(value: unknown, depth: number): string {
  if (typeof value !== 'string') return JSON.stringify(value) ?? ''
  if (value.includes('\n')) {
    const pad = '  '.repeat(depth + 1)
    return `|\n${value
      .split('\n')
      .map((line) => pad + line)
      .join('\n')}`
  }
  return /^[\w./:@+-][\w ./:@,+()=-]*$/.test(value) &&
    !/^(true|false|null|[\d.+-]+)$/.test(value) &&
    !/: |:$| $/.test(value)
    ? value
    : JSON.stringify(value)
}
