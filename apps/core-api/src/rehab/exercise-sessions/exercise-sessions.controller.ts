import { Body, Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Audited } from '@restartix/audit';
import {
  EndExerciseSessionRequest,
  ExerciseSession,
  SessionToken,
  StartedExerciseSession,
  StartExerciseSessionRequest,
} from '@restartix/contracts';
import { ApiData, ApiProblems, ParseUuid } from '@restartix/http';
import { Requires } from '@restartix/tenancy';
import { ExerciseSessionsService } from './exercise-sessions.service';

@Controller('v1/exercise-sessions')
export class ExerciseSessionsController {
  constructor(private readonly service: ExerciseSessionsService) {}

  @Post()
  @ApiOperation({ summary: 'Begins to exercise; the answer holds the token for media and pose data' })
  @Requires('exercise_session:create')
  @Audited(['create exercise_session'])
  @ApiData(StartedExerciseSession, { status: 201 })
  async start(@Body() request: StartExerciseSessionRequest): Promise<{ data: StartedExerciseSession }> {
    return { data: await this.service.start(request) };
  }

  @Post(':id/token')
  @HttpCode(200)
  @ApiOperation({ summary: 'Another token for a session that goes on' })
  @Requires('exercise_session:create')
  @ApiData(SessionToken)
  @ApiProblems('conflict')
  async renew(@Param('id', ParseUuid) id: string): Promise<{ data: SessionToken }> {
    return { data: await this.service.renew(id) };
  }

  @Post(':id/end')
  @HttpCode(200)
  @ApiOperation({ summary: 'Ends a session' })
  @Requires('exercise_session:create')
  @Audited(['update exercise_session'])
  @ApiData(ExerciseSession)
  @ApiProblems('conflict')
  async end(
    @Param('id', ParseUuid) id: string,
    @Body() request: EndExerciseSessionRequest,
  ): Promise<{ data: ExerciseSession }> {
    return { data: await this.service.end(id, request) };
  }
}
