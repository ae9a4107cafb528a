import { deployment } from '@aiops/contract/api/deployment'
import { policy } from '@aiops/contract/api/policy'
import { z } from 'zod'
import { unless } from './failure-code.ts'
import { tool } from './tool.ts'

/** The policy in force, and what else holds changes up: kill switch, freezes, how many may be open. */
export const getPolicy = tool({
  name: 'get_policy',
  title: 'Policy',
  description:
    'The one policy that every change through Git must pass: its limits and rules, what each asks for (REQUIRE_APPROVAL, DENY), what it has said so far, and what else holds changes up: kill switch, freeze windows, how many may be open.',
  input: z.object({ rule: z.string().max(64).optional().describe('Only this rule.') }),
  output: z.object({
    policy: policy.getPolicy.response,
    /** null: it cannot be asked here. */
    control: deployment.getDeploymentControl.response.nullable(),
  }),
  permission: 'deployments:read',
  effect: 'READ',
  async run(client, { rule }) {
    const [found, control] = await Promise.all([
      client.getPolicy(),
      unless(['NOT_FOUND'], client.getDeploymentControl()),
    ])
    const rules = found.rules.filter(({ name }) => rule === undefined || name === rule)
    return { policy: { ...found, rules }, control: control ?? null }
  },
  evidence: ({ policy: { version, limits, rules, source, loaded_at, said }, control }) => [
    ...rules.slice(0, 100).map(({ name, description, outcome, approvals, overridable, when }) => ({
      ...{ type: 'DEPLOYMENT' as const, query: name, source, time: loaded_at, entity: name },
      sentence: `Rule ${name}: ${description.replace(/\.$/, '')}. It says ${outcome}${outcome === 'REQUIRE_APPROVAL' ? ` of ${approvals}` : ''}${overridable ? ', which an emergency may pass' : ''}.`,
      fields: { about: 'RULE', name, description, outcome, approvals, overridable, when },
      ...{ trust: 'OPERATOR' as const, link: '/deployments?tab=policy' },
    })),
    {
      ...{ type: 'DEPLOYMENT' as const, query: 'policy', source, time: loaded_at, entity: null },
      sentence: `Policy ${version.slice(0, 12)} of ${source}: ${rules.length} rules; it allowed ${said.allowed}, asked for approval of ${said.required_approval}, denied ${said.denied}.`,
      fields: {
        ...{ about: 'POLICY', version, rules: rules.length, allowed: said.allowed, denied: said.denied },
        ...{ required_approval: said.required_approval, overridden: said.overridden },
        limits: Object.entries(limits)
          .slice(0, 50)
          .map(([name, value]) => `${name} ${value}`)
          .join(', '),
      },
      ...{ trust: 'OPERATOR' as const, link: '/deployments?tab=policy' },
    },
    ...(control
      ? [
          {
            ...{ type: 'DEPLOYMENT' as const, query: 'control', source: 'platform' },
            ...{ time: control.kill_switch.at, entity: null },
            sentence: `The kill switch is ${control.kill_switch.on ? `on, set by ${control.kill_switch.by ?? 'somebody'}: ${control.kill_switch.reason ?? 'no reason given'}` : 'off'}; ${control.open} of ${control.open_max} changes are open; ${control.freezes.filter(({ active }) => active).length} freezes are active.`,
            fields: {
              ...{ about: 'CONTROL', kill_switch: control.kill_switch.on, by: control.kill_switch.by },
              ...{ reason: control.kill_switch.reason, open: control.open, open_max: control.open_max },
              freezes: control.freezes
                .map(({ name, active }) => `${name}${active ? ' (active)' : ''}`)
                .join(', '),
              freezes_active: control.freezes.filter(({ active }) => active).length,
              engine: control.engine ? `${control.engine.name} ${control.engine.version}` : null,
            },
            ...{ trust: 'OPERATOR' as const, link: '/deployments?tab=control' },
          },
        ]
      : []),
  ],
  sentence: ({ policy: { rules, source } }) => `Looked at the policy of ${source}: ${rules.length} rules.`,
})
