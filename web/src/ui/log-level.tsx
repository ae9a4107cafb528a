import type { LogRecord } from '@aiops/contract/model/log'
import { className } from './class-name.ts'

const tones: Record<LogRecord['severity'], string> = {
  FATAL: 'text-critical font-semibold',
  ERROR: 'text-critical',
  WARN: 'text-medium',
  INFO: 'text-low',
  DEBUG: 'text-ink-mute',
  TRACE: 'text-ink-mute',
  UNSPECIFIED: 'text-ink-mute',
}

export function LogLevel({ severity }: { severity: LogRecord['severity'] }) {
  return (
    <span className={className('font-mono text-xs', tones[severity])}>
      {severity === 'UNSPECIFIED' ? '–' : severity}
    </span>
  )
}
