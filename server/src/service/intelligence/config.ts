import { Duration } from '@aiops/contract/model/time'
import { z } from 'zod'
import { ChatConfig } from './chat/config.ts'
import { ModelConfig } from './model/config.ts'
import { TurnConfig } from './model/turn/config.ts'
import { ReportConfig } from './report/config.ts'

export const IntelligenceConfig = z.object({
  kept: Duration.default('2h').describe(
    'How far back a question may look; what it says of times further back is cut, with a notice.',
  ),
  objects_url: z
    .string()
    .default('')
    .describe(
      'Where reports and attachments are kept: folder:PATH or s3://BUCKET/PREFIX; a folder of the data folder when empty.',
    ),
  models: ModelConfig.prefault({}),
  turn: TurnConfig.prefault({}),
  chat: ChatConfig.prefault({}),
  reports: ReportConfig.prefault({}),
})
export type IntelligenceConfig = z.infer<typeof IntelligenceConfig>
