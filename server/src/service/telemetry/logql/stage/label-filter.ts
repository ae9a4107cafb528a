import { valueTest } from '../../../../kernel/matcher.ts'
import type { Comparison, LabelFilter } from '../expression.ts'
import type { LogLine } from '../log-line.ts'
import { bytesOf, durationOf } from '../quantity.ts'
import type { CompiledStage } from './index.ts'
import { addressOf, ipTest } from './ip.ts'

/** Conditions on labels. A value that cannot be read as the condition's kind marks the line with LabelFilterErr and lets it stay. */
export function labelFilterStage(filter: LabelFilter): CompiledStage {
  switch (filter.filter) {
    case 'and': {
      const [left, right] = [labelFilterStage(filter.left), labelFilterStage(filter.right)]
      return (line) => left(line) && right(line)
    }
    case 'or': {
      const [left, right] = [labelFilterStage(filter.left), labelFilterStage(filter.right)]
      return (line) => left(line) || right(line)
    }
    case 'matcher': {
      const { name } = filter.matcher
      const test = valueTest(filter.matcher)
      return (line) => test(line.get(name))
    }
    case 'ip': {
      const test = ipTest(filter.value)
      return (line) => {
        const value = line.find(filter.name)
        if (line.error !== '') return true
        if (value === undefined) return false
        if (!addressOf(value)) return false
        return test(value) === (filter.operator === '=')
      }
    }
    case 'number':
      return quantityStage(
        filter,
        (text) => numberOf(text) ?? `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`,
      )
    case 'duration':
      return quantityStage(
        filter,
        (text) => durationOf(text, true) ?? `time: invalid duration ${JSON.stringify(text)}`,
      )
    case 'bytes':
      return quantityStage(
        filter,
        (text) => bytesOf(text) ?? `strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`,
      )
  }
}

function quantityStage(
  { name, operator, value }: { name: string; operator: Comparison; value: number },
  read: (text: string) => number | string,
): CompiledStage {
  return (line: LogLine) => {
    // What already failed is not judged again.
    if (line.error !== '') return true
    const text = line.find(name)
    if (text === undefined) return false
    const found = read(text)
    if (typeof found === 'string') {
      line.fail('LabelFilterErr', found)
      return true
    }
    return compare(found, operator, value)
  }
}

function compare(found: number, operator: Comparison, value: number): boolean {
  switch (operator) {
    case '==':
      return found === value
    case '!=':
      return found !== value
    case '>':
      return found > value
    case '>=':
      return found >= value
    case '<':
      return found < value
    case '<=':
      return found <= value
  }
}

/** As Go's ParseFloat, hexadecimal floats left out. */
export function numberOf(text: string): number | undefined {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text)) return Number(text)
  const special = /^([+-])?(inf|infinity|nan)$/i.exec(text)
  if (!special) return undefined
  if (special[2]!.toLowerCase() === 'nan') return Number.NaN
  return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY
}
