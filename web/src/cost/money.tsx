import type { HourlyUsd, MonthlyUsd, Usd } from '@aiops/contract/model/money'
import { hourlyText, monthlyText, usdText } from './money-text.ts'

type Known<T> = {
  value: T | null | undefined
  why?: string | undefined
  className?: string
  /** As a figure: its unit is smaller than it. */
  large?: boolean
}

/** An amount in its unit; where it is not known, why. */
export const Hourly = ({ value, ...rest }: Known<HourlyUsd>) => (
  <Text text={hourlyText(value)} known={value != null} {...rest} />
)
export const Monthly = ({ value, ...rest }: Known<MonthlyUsd>) => (
  <Text text={monthlyText(value)} known={value != null} {...rest} />
)
export const Amount = ({ value, ...rest }: Known<Usd>) => (
  <Text text={usdText(value)} known={value != null} {...rest} />
)

type TextProps = Omit<Known<never>, 'value'> & { text: string; known: boolean }

function Text({ text, known, why, className, large = false }: TextProps) {
  if (!known)
    return (
      <span title={why} className="relative cursor-help text-ink-mute">
        {text}
        {why !== undefined && <span className="sr-only"> {why}</span>}
      </span>
    )
  const [amount, unit] = text.split('/')
  if (!large || unit === undefined) return <span className={className}>{text}</span>
  return (
    <span className={className}>
      {amount}
      <wbr />
      <span className="font-normal text-ink-soft text-xs">/{unit}</span>
    </span>
  )
}
