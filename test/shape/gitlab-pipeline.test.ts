import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse } from 'yaml'

type Need = string | { pipeline: string; job: string }
type Job = {
  stage: string
  needs?: Need[]
  script?: string[]
  rules?: { if?: string }[]
  when?: string
  artifacts?: { reports?: unknown; paths?: string[] }
  trigger?: { include: { artifact: string; job: string }[]; strategy: string }
  variables?: Record<string, string>
}
type Pipeline = { readonly stages: string[] } & { readonly [name: string]: Job & string[] }

const folder = join(import.meta.dirname, '../../deploy/gitlab')
const text = (name: string): string => readFileSync(join(folder, name), 'utf8')
const reserved = new Set(['stages', 'default', 'variables', 'workflow'])
const jobsOf = (pipeline: Pipeline): [string, Job][] =>
  Object.entries<Job>(pipeline).filter(([name]) => !reserved.has(name) && !name.startsWith('.'))
const main = parse(text('.gitlab-ci.yml'), { merge: true }) as Pipeline
const applying = parse(text('apply.gitlab-ci.yml').replaceAll('@WHEN@', 'manual'), {
  merge: true,
}) as Pipeline

it('runs in stages, each job after what it needs', () => {
  for (const pipeline of [main, applying])
    for (const [name, { stage, needs = [] }] of jobsOf(pipeline)) {
      expect(pipeline.stages, name).toContain(stage)
      for (const need of needs.filter((one) => typeof one === 'string'))
        expect(pipeline.stages.indexOf(pipeline[need]!.stage), `${name} after ${need}`).toBeLessThan(
          pipeline.stages.indexOf(stage),
        )
    }
  expect(main.stages).toEqual(['validate', 'plan', 'policy', 'apply'])
})

it('asks no rule for what a job finds out, for rules are worked out before any job runs', () => {
  const known = new Set(['CI_PIPELINE_SOURCE', 'CI_COMMIT_BRANCH', 'CI_DEFAULT_BRANCH'])
  for (const pipeline of [main, applying])
    for (const [, { rules = [], artifacts }] of jobsOf(pipeline)) {
      expect(artifacts?.reports).toBeUndefined()
      for (const rule of rules)
        for (const [, name] of (rule.if ?? '').matchAll(/\$(\w+)/g)) expect(known).toContain(name)
    }
})

it('judges the plan itself, and applies only what is merged', () => {
  expect(main.policy!.script!.join('\n')).toContain('aiops gitops policy check --plan plan.json')
  expect(main.apply!.rules).toEqual([
    { if: '$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE != "schedule"' },
  ])
  expect(main.apply!.trigger).toEqual({
    include: [{ artifact: 'apply.gitlab-ci.yml', job: 'policy' }],
    strategy: 'depend',
  })
  expect(main.policy!.artifacts!.paths).toContain('apply.gitlab-ci.yml')
})

it('applies exactly the plan that was judged, by its hash and commit, and takes nothing back by applying it again', () => {
  const { needs, script, when } = applying.apply!
  expect(needs).toEqual([{ pipeline: '$PLAN_PIPELINE_ID', job: 'plan' }])
  expect(main.apply!.variables).toEqual({ PLAN_PIPELINE_ID: '$CI_PIPELINE_ID' })
  expect(script![0]).toBe('sha256sum --check --strict plan.sha256')
  expect(script!.at(-1)).toMatch(/^tofu apply .*plan\.bin"$/)
  expect(main.plan!.artifacts!.paths).toEqual(['plan.bin', 'plan.json', 'plan.sha256', 'plan.commit'])
  expect(when).toBe('manual')
  expect([...jobsOf(main), ...jobsOf(applying)].map(([name]) => name).join(' ')).not.toMatch(/roll/)
})

it('waits for people only where the check says so: a wrong usage, which is 2, stops it', () => {
  const passes = (code: number): boolean => {
    const [, judge] = main.policy!.script!
    const ended = spawnSync('sh', ['-c', `code=${code}; ${judge}`])
    return ended.status === 0
  }
  expect([0, 1, 2, 3, 127].map(passes)).toEqual([true, false, false, true, false])
})
