import 'reflect-metadata'
import { pipeline } from 'node:stream/promises'
import { NestFactory } from '@nestjs/core'
import { loadConfig } from 'unified-complaints/config'
import { ComplaintsController } from './complaints.controller.js'
import { ComplaintsModule } from './complaints.module.js'

const [from = new Date().toISOString()] = process.argv.slice(2)
const application = await NestFactory.createApplicationContext(
  ComplaintsModule.registerAsync({ useFactory: () => loadConfig(process.env.ACCOUNTS_FILE) }),
  {
    logger: ['error'],
    abortOnError: false,
  },
)
application.enableShutdownHooks()
// What GET /complaints/pending answers with.
await pipeline(application.get(ComplaintsController).pending(from).getStream(), process.stdout, { end: false })
await application.close()
