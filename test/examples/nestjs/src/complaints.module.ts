import { ConfigurableModuleBuilder, Module } from '@nestjs/common'
import { ComplaintClient } from 'unified-complaints'
import type { LoadedConfig } from 'unified-complaints/config'
import { ComplaintsController } from './complaints.controller.js'
import { ComplaintsService } from './complaints.service.js'

/** Gives the module `register()`, and `registerAsync()` for keys that a service of yours reads. */
const { ConfigurableModuleClass, MODULE_OPTIONS_TOKEN } = new ConfigurableModuleBuilder<LoadedConfig>().build()

@Module({
  controllers: [ComplaintsController],
  providers: [
    ComplaintsService,
    {
      // One client for the whole application: the quotas of an account are counted in one place.
      provide: ComplaintClient,
      inject: [MODULE_OPTIONS_TOKEN],
      useFactory: ({ adapters, clientOptions }: LoadedConfig) => new ComplaintClient(adapters, clientOptions),
    },
  ],
  exports: [ComplaintsService],
})
export class ComplaintsModule extends ConfigurableModuleClass {}
