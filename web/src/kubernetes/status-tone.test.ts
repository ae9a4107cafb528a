import { describe, expect, it } from 'vitest'
import { statusTone } from './status-tone.ts'

describe('statusTone', () => {
  it('tells what is well, what waits and what is wrong', () => {
    for (const one of ['Running', 'Available', 'Completed', 'Bound']) expect(statusTone(one)).toBe('ok')
    for (const one of ['Pending', 'ContainerCreating', 'Init:0/1']) expect(statusTone(one)).toBe('medium')
    for (const one of [
      'CrashLoopBackOff',
      'Init:Error',
      'ImagePullBackOff',
      'Init:CrashLoopBackOff',
      'MemoryPressure',
    ])
      expect(statusTone(one)).toBe('critical')
  })

  it('colours nothing that it does not know', () => {
    expect(statusTone('ClusterIP')).toBe('outline')
    expect(statusTone('')).toBe('outline')
  })
})
