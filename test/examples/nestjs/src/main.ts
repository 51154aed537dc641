import 'reflect-metadata'
import { readFileSync } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { NestFactory } from '@nestjs/core'
import {
  type Adapter,
  type HuishouqianOptions,
  huishouqian,
  type WechatPayOptions,
  wechatpay,
  type XiaoeOptions,
  xiaoe,
} from 'unified-complaints'
import { ComplaintsController } from './complaints.controller.js'
import { ComplaintsModule } from './complaints.module.js'

/** Adapter options, by provider. */
interface Accounts {
  wechatpay?: WechatPayOptions[]
  huishouqian?: HuishouqianOptions[]
  xiaoe?: XiaoeOptions[]
}

function adapters(): Adapter[] {
  const accounts: Accounts = JSON.parse(readFileSync(process.env.ACCOUNTS_FILE ?? '', 'utf8'))
  return [
    ...(accounts.wechatpay ?? []).map(wechatpay),
    ...(accounts.huishouqian ?? []).map(huishouqian),
    ...(accounts.xiaoe ?? []).map(xiaoe),
  ]
}

const [from = new Date().toISOString()] = process.argv.slice(2)
const application = await NestFactory.createApplicationContext(
  ComplaintsModule.registerAsync({ useFactory: () => ({ adapters: adapters() }) }),
  {
    logger: ['error'],
    abortOnError: false,
  },
)
application.enableShutdownHooks()
// What GET /complaints/pending answers with.
await pipeline(application.get(ComplaintsController).pending(from).getStream(), process.stdout, { end: false })
await application.close()
