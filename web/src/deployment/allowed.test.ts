import { type Deployment, DeploymentState } from '@aiops/contract/model/deployment'
import { expect, it } from 'vitest'
import { allowedDeeds, failureAdvice } from './allowed.ts'
import { deploymentNamed, localProject, localRequest } from './local-request.ts'

const deployment = (more: Partial<Deployment>): Deployment =>
  ({
    ...{ state: 'AWAITING_APPROVAL', head_sha: 'h', merged_sha: null, override: null, reverts: null },
    ...{ reverted_by: null },
    ...more,
  }) as Deployment

it('offers in each state what the server takes in it', () => {
  const offered = (state: DeploymentState, merged_sha: string | null) =>
    allowedDeeds(deployment({ state, merged_sha })).join(' ')
  expect(offered('PROPOSED', null)).toBe('close')
  expect(offered('AWAITING_APPROVAL', null)).toBe('approve plan close')
  expect(offered('AWAITING_APPROVAL', 'm')).toBe('approve plan revert')
  expect(offered('APPROVED', null)).toBe('plan close')
  expect(offered('APPLYING', 'm')).toBe('')
  expect(offered('KEPT', 'm')).toBe('revert')
  expect(offered('FAILED', null)).toBe('')
  expect(offered('DENIED', null)).toBe('')
})

it('offers a review once, and no revert of a revert', () => {
  const override = { signals: [], expires_at: '', review_by: '', reviewed_by: null }
  expect(allowedDeeds(deployment({ state: 'KEPT', merged_sha: 'm', override }))).toContain('review')
  expect(
    allowedDeeds(deployment({ state: 'KEPT', merged_sha: 'm', override: { ...override, reviewed_by: 'a' } })),
  ).not.toContain('review')
  expect(allowedDeeds(deployment({ state: 'KEPT', merged_sha: 'm', reverts: 'd1' }))).toEqual([])
})

it('says of a failure what may run', () => {
  expect(failureAdvice(deployment({ state: 'FAILED' }))).toMatch(/Nothing was merged/)
  expect(failureAdvice(deployment({ state: 'FAILED', merged_sha: 'm' }))).toMatch(/part of it may run/)
  expect(failureAdvice(deployment({ state: 'FAILED', merged_sha: 'm', reverted_by: 'd' }))).toMatch(
    /still runs/,
  )
  for (const state of DeploymentState.options) expect(failureAdvice(deployment({ state }))).not.toBe('')
})

it('knows the address of a merge request at the local forge from those elsewhere', () => {
  expect(localRequest('http://10.0.0.1:8080/merge-requests/infra/12')).toEqual({
    ...{ project: 'infra', number: '12' },
  })
  for (const url of [
    'https://gitlab.example/platform/infra/-/merge_requests/12',
    'https://github.com/a/b/pull/1',
    'http://h/merge-requests/infra',
    'http://h/merge-requests/infra/0',
    'javascript:alert(1)',
    'nonsense',
  ])
    expect(localRequest(url)).toBeUndefined()
})

it('knows a repository by its address, and the deployment that a request names last', () => {
  expect(localProject('http://h/merge-requests/infra')).toBe('infra')
  expect(localProject('')).toBeUndefined()
  expect(deploymentNamed('Deployment `stranger`\n\nDeployment `d-1`. The plan follows.')).toBe('d-1')
  expect(deploymentNamed('no Deployment `d-1`')).toBeUndefined()
})
