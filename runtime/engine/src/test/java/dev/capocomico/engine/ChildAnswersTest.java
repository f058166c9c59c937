package dev.capocomico.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.capocomico.model.execution.AttemptKey;
import dev.capocomico.model.execution.Effect;
import dev.capocomico.model.execution.ExecutionCommand;
import dev.capocomico.model.execution.ExecutionStatus;
import dev.capocomico.model.execution.Refusal;
import dev.capocomico.model.execution.StartOptions;
import dev.capocomico.model.execution.Target;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A child that answers late, so that its answers overtake one another. The test is the child. */
class ChildAnswersTest {
    private static final Effect.RunChild RUN = new Effect.RunChild(
            new AttemptKey(new Target.Element(0, 0), 1),
            "kid",
            "parent:kid:0:1:0",
            "approval",
            null,
            NullNode.instance,
            StartOptions.NONE,
            0);

    private final TestNode node = new TestNode(Map.of(), TestNode.lingering(Duration.ofSeconds(1)));
    private final TestProbe<ExecutionMessage> child = node.kit.createTestProbe();
    private final TestProbe<ExecutionMessage> front = node.kit.createTestProbe();

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void an_answer_that_comes_after_the_question_was_asked_again_is_not_taken_for_the_answer_to_a_later_one() {
        node.plans.register(ParkingTest.APPROVAL);
        ActorRef<ChildActor.Message> actor = send(ChildActor.Errand.LOOK, Duration.ofMillis(300));
        ExecutionMessage.Look first = child.expectMessageClass(ExecutionMessage.Look.class, TestNode.SOON);
        ExecutionMessage.Look second = child.expectMessageClass(ExecutionMessage.Look.class, TestNode.SOON);
        second.replyTo().tell(unknown());
        ExecutionMessage.Begin begin = child.expectMessageClass(ExecutionMessage.Begin.class, TestNode.SOON);
        first.replyTo().tell(unknown());
        begin.replyTo().tell(new ExecutionAnswer.Accepted(ExecutionStatus.EXECUTING));
        front.expectTerminated(actor, TestNode.SOON);
        front.expectNoMessage(Duration.ofMillis(100));
    }

    @Test
    void that_a_child_was_not_there_before_it_was_told_to_stop_does_not_say_that_it_will_not_come() {
        ActorRef<ChildActor.Message> actor = send(ChildActor.Errand.LOOK, TestNode.SOON);
        ExecutionMessage.Look look = child.expectMessageClass(ExecutionMessage.Look.class, TestNode.SOON);
        actor.tell(ChildActor.Stop.INSTANCE);
        ExecutionMessage.Ask cancel = child.expectMessageClass(ExecutionMessage.Ask.class, TestNode.SOON);
        assertThat(cancel.command()).isInstanceOf(ExecutionCommand.Cancel.class);
        look.replyTo().tell(unknown());
        cancel.replyTo().tell(new ExecutionAnswer.Accepted(ExecutionStatus.EXECUTING));
        front.expectTerminated(actor, TestNode.SOON);
        front.expectNoMessage(Duration.ofMillis(100));
    }

    private ActorRef<ChildActor.Message> send(ChildActor.Errand errand, Duration patience) {
        return node.kit.spawn(ChildActor.create(
                RUN, errand, TestNode.key("parent"), node.surroundings, front.ref(), child.ref(), patience));
    }

    private static ExecutionAnswer unknown() {
        return new ExecutionAnswer.Refused(new Refusal(Refusal.Code.NOT_FOUND, "there is no such execution"));
    }
}
