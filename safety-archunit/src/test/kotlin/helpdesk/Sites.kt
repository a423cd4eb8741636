package helpdesk

import dev.tenantsafety.guard.AllowsHardDelete
import dev.tenantsafety.id.SiteId
import jakarta.persistence.EntityManager
import java.sql.Connection
import java.util.UUID

/** Stands for what it wraps in the class file, which is a raw ID there and none in the source. */
@JvmInline
value class LabelId(val value: UUID)

const val TABLE = "ticket"

class Raw {
    val siteId: UUID = UUID.randomUUID()

    fun close(siteId: UUID): Int = 1

    fun closeLater(siteId: UUID = UUID.randomUUID()): Int = 1

    suspend fun newestId(): UUID = UUID.randomUUID()

    companion object {
        fun closeAll(siteIds: List<UUID>): Int = siteIds.size
    }
}

data class Closed(val siteId: UUID, val why: String)

fun String.belongsTo(siteId: String): Boolean = this == siteId

class Typed {
    val labelId: LabelId = LabelId(UUID.randomUUID())

    fun close(siteId: SiteId): Int = 1

    fun label(siteId: SiteId, labelId: LabelId): Int = 1

    fun merge(labelId: LabelId, otherId: LabelId): Int = 1

    suspend fun newestId(): SiteId = SiteId.parse("site_0")

    suspend fun newestLabelId(): LabelId = labelId

    fun siteIds(): List<SiteId> = listOf()
}

class Destroyer {
    fun delete(siteId: SiteId?, permanent: Boolean) {}

    fun purge(siteIds: Collection<SiteId>): Int = siteIds.size
}

class Cleanup(private val entities: EntityManager, private val connection: Connection) {
    fun one(entity: Any) = entities.remove(entity)

    fun inlined(all: List<Any>) = all.forEach { entities.remove(it) }

    fun inLambda(all: List<Any>): Runnable = Runnable { entities.remove(all[0]) }

    fun byReference(): (Any) -> Unit = entities::remove

    fun bySql() = connection.createStatement().use { it.executeUpdate("delete from $TABLE where id = 1") }

    fun byTemplate(table: String) = connection.createStatement().use { it.executeUpdate("delete from $table") }

    fun byRawText() = connection.createStatement().use {
        it.executeUpdate(
            """
            delete from ticket
            where id = 2
            """.trimIndent(),
        )
    }

    fun keeps(all: MutableList<Any>, one: Any) = all.remove(one)

    @AllowsHardDelete(reason = "drafts belong to nobody", ticket = "OPS-1", until = "2999-01-01")
    fun exempt(all: List<Any>): Runnable = Runnable { entities.remove(all[0]) }
}
