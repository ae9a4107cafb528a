import type { Option } from '@aiops/contract/model/decision'
import { describe, expect, it } from 'vitest'
import { calibrationText, courseText, failedTests, wasCompared } from './decision-word.ts'

describe('words of a decision', () => {
  it('say plainly that a service stays', () => {
    expect(courseText({ action: 'STAY', from: 'aws', to: null })).toBe('stays at aws')
    expect(courseText({ action: 'STAY', from: null, to: null })).toBe('nobody says where it runs')
    expect(courseText({ action: 'MOVE', from: 'aws', to: 'alibaba' })).toBe('aws → alibaba')
  })

  it('claim no calibration before there are outcomes for it', () => {
    expect(calibrationText({ outcomes: 17, hit_rate: null })).toBe('not yet calibrated (n=17)')
    expect(calibrationText({ outcomes: 214, hit_rate: 0.88 })).toContain('right 88')
  })

  it('call it no comparison where one option was left, or nothing was drawn', () => {
    const option = (...excluded: string[]) => ({ excluded }) as Option
    expect(wasCompared({ confidence: 1, options: [option(), option()] })).toBe(true)
    expect(wasCompared({ confidence: 1, options: [option(), option('too old')] })).toBe(false)
    expect(wasCompared({ confidence: null, options: [option(), option()] })).toBe(false)
  })

  it('name the tests that stand in the way, the better option is none', () => {
    expect(
      failedTests({
        action: 'MOVE',
        tests: [
          { name: 'BETTER_OPTION', passed: false, detail: '' },
          { name: 'DWELL', passed: false, detail: '' },
          { name: 'RATE', passed: true, detail: '' },
        ],
      }),
    ).toEqual(['Moved lately'])
  })
})
