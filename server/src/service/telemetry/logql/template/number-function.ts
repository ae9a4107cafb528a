import {
  Float,
  integer,
  numeric,
  printed,
  TemplateError,
  type TemplateFunction,
  type Value,
} from './value.ts'

const any = Number.POSITIVE_INFINITY
const fold = (step: (a: number, b: number) => number, float: boolean): TemplateFunction => ({
  args: [float ? 2 : 1, any],
  run(args) {
    const numbers = args.map(float ? numeric : integer)
    const result = numbers.slice(1).reduce((a, b) => step(a, b), numbers[0]!)
    return float ? new Float(result) : result
  },
})
const divided = (a: number, b: number): number => {
  if (b === 0) throw new TemplateError('runtime error: integer divide by zero')
  return Math.trunc(a / b)
}
const rest = (a: number, b: number): number => {
  if (b === 0) throw new TemplateError('runtime error: integer divide by zero')
  return a % b
}
const one = (run: (value: number) => Value): TemplateFunction => ({
  args: [1, 1],
  run: ([value]) => run(numeric(value!)),
})
const order = (test: (order: number) => boolean): TemplateFunction => ({
  args: [2, 2],
  run: ([a, b]) => test(compared(a!, b!)),
})

export const numberFunctions: Record<string, TemplateFunction> = {
  add: fold((a, b) => a + b, false),
  sub: fold((a, b) => a - b, false),
  mul: fold((a, b) => a * b, false),
  div: fold(divided, false),
  mod: fold(rest, false),
  max: fold(Math.max, false),
  min: fold(Math.min, false),
  addf: fold((a, b) => a + b, true),
  subf: fold((a, b) => a - b, true),
  mulf: fold((a, b) => a * b, true),
  divf: fold((a, b) => a / b, true),
  maxf: fold(Math.max, true),
  minf: fold(Math.min, true),
  ceil: one((value) => new Float(Math.ceil(value))),
  floor: one((value) => new Float(Math.floor(value))),
  int: one((value) => Math.trunc(value)),
  float64: one((value) => new Float(value)),
  round: {
    args: [2, 3],
    run([value, places, half]) {
      const scale = 10 ** integer(places!)
      const [number, at] = [numeric(value!) * scale, half === undefined ? 0.5 : numeric(half)]
      const whole = Math.trunc(number)
      const up = Math.abs(number - whole) >= at ? Math.sign(number) : 0
      return new Float((whole + up) / scale)
    },
  },
  eq: { args: [2, any], run: ([first, ...others]) => others.some((value) => compared(first!, value) === 0) },
  ne: order((result) => result !== 0),
  lt: order((result) => result < 0),
  le: order((result) => result <= 0),
  gt: order((result) => result > 0),
  ge: order((result) => result >= 0),
  not: {
    args: [1, 1],
    run: ([value]) => !(value instanceof Float ? value.value : Array.isArray(value) ? value.length : value),
  },
}

const isNumber = (value: Value): boolean => typeof value === 'number' || value instanceof Float

function compared(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) return numeric(a) - numeric(b)
  if (isNumber(a) !== isNumber(b)) throw new TemplateError('incompatible types for comparison')
  const [left, right] = [printed(a), printed(b)]
  return left === right ? 0 : left < right ? -1 : 1
}
